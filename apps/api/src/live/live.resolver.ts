import { Args, Resolver, Subscription } from '@nestjs/graphql';
import { ApiError } from '../platform/errors/api-error.js';
import { LiveArgs, SummaryArgs } from './live-args.js';
import { EventsMessage, ReformItemMessage, SummaryMessage } from './live.types.js';

/**
 * The fields of `Subscription`: what they take and what they send. They are followed through the live source, which
 * executes the document once for all who are shown the same; nothing subscribes to these methods.
 */
@Resolver()
export class LiveResolver {
  @Subscription(() => EventsMessage, {
    description: 'Events as they are recorded, in the order of the log, from any position on.',
  })
  events(@Args() _args: LiveArgs): never {
    throw overWebSocket();
  }

  @Subscription(() => ReformItemMessage, {
    description: 'Items as events change or relate them, each exactly as it was at the event.',
  })
  reformItemChanged(@Args() _args: LiveArgs): never {
    throw overWebSocket();
  }

  @Subscription(() => SummaryMessage, {
    description: 'How many items of a programme are in each state: now, and whenever that changes.',
  })
  summary(@Args() _args: SummaryArgs): never {
    throw overWebSocket();
  }
}

function overWebSocket(): ApiError {
  return new ApiError('BAD_REQUEST', 'subscriptions run over WebSocket');
}
