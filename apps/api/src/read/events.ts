import { correctionOf } from '@masar/commands';
import { decisionStream, itemStream, relationsStream } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import { Inject } from '@nestjs/common';
import {
  Args,
  ArgsType,
  Context,
  Field,
  Int,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { BACKEND, type Backend } from '../backend.js';
import { LARGEST_PAGE } from '../platform/limits/limits.js';
import { pageCost } from '../platform/limits/cost.js';
import { EdtfScalar, InstantScalar, JsonScalar, PositionScalar } from '../schema/scalars.js';
import { shownOf } from './event-visibility.js';
import { type Request, type View, ViewArgs, openView } from './view.js';

@ObjectType({ description: 'An event as it stands in the log. Nothing in it is ever changed.' })
export class LogEvent {
  @Field()
  id!: string;

  @Field(() => PositionScalar)
  position!: number;

  @Field()
  stream!: string;

  @Field(() => Int)
  revision!: number;

  @Field()
  type!: string;

  @Field(() => Int)
  schemaVersion!: number;

  @Field(() => EdtfScalar, { nullable: true })
  decidedOn!: string | null;

  @Field(() => EdtfScalar, { nullable: true })
  effective!: string | null;

  @Field(() => InstantScalar)
  recordedAt!: string;

  @Field()
  subject!: string;

  @Field(() => String, { nullable: true })
  organisation!: string | null;

  @Field()
  commandId!: string;

  @Field()
  correlationId!: string;

  @Field(() => JsonScalar, { description: 'As stored.' })
  data!: unknown;
}

interface EventParent {
  readonly event: RecordedEvent;
  readonly view: View;
}

/** Recorded events have getters, which generated code does not copy: their fields are read here, once. */
export function eventParent(event: RecordedEvent, view: View): EventParent & Omit<LogEvent, never> {
  const {
    id,
    position,
    stream,
    revision,
    type,
    schemaVersion,
    decidedOn,
    effective,
    recordedAt,
    actor,
    commandId,
    correlationId,
    data,
  } = event;
  const { subject, organisation = null } = actor;
  return {
    event,
    view,
    id,
    position,
    stream,
    revision,
    type,
    schemaVersion,
    decidedOn,
    effective,
    recordedAt,
    subject,
    organisation,
    commandId,
    correlationId,
    data,
  };
}

@ObjectType({ description: 'Events of the log in their order.' })
export class LogPage {
  @Field(() => [LogEvent])
  nodes!: readonly unknown[];

  @Field(() => PositionScalar, {
    description: 'Every event up to here was looked at: give it as `after` to go on.',
  })
  upTo!: number;

  @Field({ description: 'There is more up to the position of the answer.' })
  hasNextPage!: boolean;
}

@ArgsType()
export class EventsArgs extends ViewArgs {
  @Field(() => PositionScalar, { defaultValue: 0, description: 'After this position.' })
  @IsInt()
  @Min(0)
  after!: number;

  @Field(() => Int, { nullable: true, description: `How many at most: 1 to ${LARGEST_PAGE}.` })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LARGEST_PAGE)
  first?: number;

  @Field({ nullable: true, description: 'Only those of a stream, such as item-moi-2017/sample-001.' })
  @IsOptional()
  @IsString()
  @Length(1, 512)
  stream?: string;
}

@ArgsType()
export class EventArgs extends ViewArgs {
  @Field()
  @IsString()
  @Length(1, 100)
  id!: string;
}

const usualPage = 50;

@Resolver(() => LogEvent)
export class EventsResolver {
  constructor(@Inject(BACKEND) private readonly backend: Backend) {}

  @Query(() => LogPage, {
    description: 'The log itself, in its order, up to what is known.',
    complexity: pageCost(usualPage),
  })
  async events(@Args() args: EventsArgs, @Context() request: Request): Promise<LogPage> {
    const { after, first = usualPage, stream } = args;
    const view = await openView(request, this.backend, args);
    const { position } = view.at;
    const read =
      stream === undefined
        ? await this.fromLog(after, first, position)
        : // Of a stream that may not be read, how many events it has is not told either.
          await shownOf(request, view.at, await this.fromStream(stream, after, position));
    const looked = read.slice(0, first);
    const hasNextPage = read.length > first;
    const shown = stream === undefined ? await shownOf(request, view.at, looked) : looked;
    return {
      nodes: shown.map((event) => eventParent(event, view)),
      upTo: hasNextPage ? looked.at(-1)!.position : Math.max(after, position),
      hasNextPage,
    };
  }

  @Query(() => LogEvent, { nullable: true })
  async event(@Args() args: EventArgs, @Context() request: Request): Promise<unknown> {
    const view = await openView(request, this.backend, args);
    return this.visible(await this.find(args.id), view, request);
  }

  @ResolveField('cause', () => LogEvent, { nullable: true, description: 'The event that caused this one.' })
  async cause({ event, view }: EventParent, _args: object, request: Request): Promise<unknown> {
    return event.causationId === null
      ? null
      : this.visible(await this.find(event.causationId), view, request);
  }

  @ResolveField('effects', () => [LogEvent], {
    description:
      'The events this one caused: the effects of a decision, of a correction or of a reserved reference.',
    complexity: pageCost(5),
  })
  async effects({ event, view }: EventParent, _args: object, request: Request): Promise<unknown[]> {
    const touched = await this.streamsTouched(event);
    const streams = await Promise.all(touched.map((stream) => this.backend.log.readStream(stream)));
    const caused = streams
      .flat()
      .filter((effect) => effect.causationId === event.id && effect.position <= view.at.position);
    return (await shownOf(request, view.at, caused))
      .sort((a, b) => a.position - b.position)
      .map((effect) => eventParent(effect, view));
  }

  private async fromLog(after: number, first: number, position: number): Promise<RecordedEvent[]> {
    return (await this.backend.log.readAll(after, first + 1)).filter((event) => event.position <= position);
  }

  private async fromStream(stream: string, after: number, position: number): Promise<RecordedEvent[]> {
    const events = await this.backend.log.readStream(stream);
    return events.filter((event) => event.position > after && event.position <= position);
  }

  private find(id: string): Promise<RecordedEvent | undefined> {
    return /^[0-9a-f-]{36}$/i.test(id) ? this.backend.log.find(id) : Promise.resolve(undefined);
  }

  /** The streams an event may have left another event on. */
  private async streamsTouched({ type, data, stream, revision }: RecordedEvent): Promise<string[]> {
    if (type === 'ReferenceReserved') return [itemStream(data['item'] as string)];
    if (type === 'DecisionRecorded') {
      const items = data['items'] as { item: string }[];
      return [relationsStream(data['programme'] as string), ...items.map(({ item }) => itemStream(item))];
    }
    if (type !== 'CorrectionConfirmed') return [];
    const { target, items } = correctionOf(
      await this.backend.log.readStream(stream, { limit: revision + 1 }),
    );
    const decision = target?.kind === 'decision' ? [decisionStream(target.decision)] : [];
    return [...decision, ...items.map(itemStream)];
  }

  private async visible(event: RecordedEvent | undefined, view: View, request: Request): Promise<unknown> {
    if (!event || event.position > view.at.position) return null;
    const [shown] = await shownOf(request, view.at, [event]);
    return shown ? eventParent(shown, view) : null;
  }
}
