import { Field, ID, Int, InterfaceType, ObjectType, createUnionType } from '@nestjs/graphql';
import { InstantScalar, PositionScalar } from '../schema/scalars.js';
import { LogEvent } from '../read/events.js';
import { ItemCount } from '../read/item-counts.js';
import { ReformItem } from '../read/item.types.js';

@ObjectType({
  description:
    'The contiguous range of the log examined: nothing the subscription asks for lies in (after, upTo] but what was sent. Each message goes on where the one before it ended.',
})
export class Covers {
  @Field(() => PositionScalar, { description: 'The `upTo` of the message before, or where one began.' })
  after!: number;

  @Field(() => PositionScalar, {
    description: 'Give it as `after`, with logId and epoch, to go on from here.',
  })
  upTo!: number;

  @Field(() => ID, { description: 'Id of the log, given when it was created.' })
  logId!: string;

  @Field(() => Int, { description: '1 at creation of the log, one more after each restore.' })
  epoch!: number;
}

@InterfaceType({ description: 'What every message of a subscription says.' })
export abstract class LiveMessage {
  @Field(() => PositionScalar, { description: 'What the message says is true at this position of the log.' })
  position!: number;

  @Field(() => Covers)
  covers!: Covers;
}

@ObjectType({ implements: () => [LiveMessage], description: 'An event was recorded.' })
export class EventRecorded extends LiveMessage {
  @Field(() => LogEvent)
  event!: unknown;
}

@ObjectType({
  implements: () => [LiveMessage],
  description:
    'An event concerns an item. One that concerns several comes as a message for each; the last of them covers its position.',
})
export class ReformItemChanged extends LiveMessage {
  @Field(() => LogEvent)
  event!: unknown;

  @Field(() => ReformItem, { description: 'The item exactly as it was at the position, whatever followed.' })
  item!: unknown;
}

@ObjectType({ implements: () => [LiveMessage], description: 'Other counts than those sent before.' })
export class SummaryChanged extends LiveMessage {
  @Field(() => InstantScalar, { nullable: true, description: 'When the event at the position was recorded.' })
  recordedAt!: string | null;

  @Field(() => Int, { description: 'Items on the register.' })
  total!: number;

  @Field(() => [ItemCount], { description: 'How many are in each state, the most first.' })
  counts!: readonly unknown[];
}

@ObjectType({
  implements: () => [LiveMessage],
  description:
    'Everything up to the position was examined, and there is more. Sent about every 15 seconds while catching up where nothing matches.',
})
export class CatchingUp extends LiveMessage {}

@ObjectType({
  implements: () => [LiveMessage],
  description:
    'Everything up to the position was examined, and what follows comes as it is recorded. Repeated about every 15 seconds while nothing else is sent, so that a follower knows how far it is.',
})
export class CaughtUp extends LiveMessage {
  @Field(() => InstantScalar, { nullable: true, description: 'When the event at the position was recorded.' })
  recordedAt!: string | null;
}

@ObjectType({
  implements: () => [LiveMessage],
  description:
    'The client took messages more slowly than they came. Nothing is lost: what it missed follows from the log, then CaughtUp.',
})
export class FellBehind extends LiveMessage {}

@ObjectType({
  implements: () => [LiveMessage],
  description: 'An item may not be seen any more: forget what is known of it.',
})
export class Hidden extends LiveMessage {
  @Field()
  programme!: string;

  @Field({ description: 'The reference it went by.' })
  reference!: string;

  @Field({ description: 'Id of the item.' })
  key!: string;
}

@ObjectType({
  implements: () => [LiveMessage],
  description: 'An item may be seen from now on. What happened to it before was not sent: read its history.',
})
export class Revealed extends LiveMessage {
  @Field(() => ReformItem)
  item!: unknown;
}

export const EventsMessage = createUnionType({
  name: 'EventsMessage',
  types: () => [EventRecorded, CatchingUp, CaughtUp, FellBehind, Hidden, Revealed] as const,
});

export const ReformItemMessage = createUnionType({
  name: 'ReformItemMessage',
  types: () => [ReformItemChanged, CatchingUp, CaughtUp, FellBehind, Hidden, Revealed] as const,
});

export const SummaryMessage = createUnionType({
  name: 'SummaryMessage',
  types: () => [SummaryChanged, CaughtUp, FellBehind] as const,
});
