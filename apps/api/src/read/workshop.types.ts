import type { GivenDate as DomainGivenDate, LangText } from '@masar/domain';
import type { AgendaPointRow, Camel, WorkshopRow } from '@masar/read-models';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { CapacityEnum, IrregularityEnum, WorkshopStateEnum } from '../schema/enums.js';
import { EdtfScalar, InstantScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import { Decision } from './decision.types.js';
import { GivenDate } from './given-date.js';
import { Lasting } from './lasting.js';
import type { WorkshopPlace } from './minutes.types.js';
import { connectionOf } from './page.js';

export type WorkshopParent = Camel<WorkshopRow> & WorkshopPlace;
export type AgendaPointParent = Camel<AgendaPointRow> & { readonly place: WorkshopPlace };

@ObjectType({ description: 'A session of a workshop.' })
export class Session {
  @Field()
  reference!: string;

  @Field(() => Int, { description: 'Number within the workshop, from 1.' })
  sessionOrder!: number;

  @Field(() => LangTextScalar, { nullable: true })
  title!: LangText | null;

  @Field(() => EdtfScalar, { nullable: true })
  heldOn!: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'References of the organisations whose delegations were there; null: not recorded.',
  })
  present!: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of those that were not; null: not recorded.' })
  absent!: readonly string[] | null;

  @Field(() => [IrregularityEnum])
  irregularities!: readonly string[];

  @Field(() => PositionScalar)
  position!: number;
}

@ObjectType({
  description: 'A date a workshop was given. The last one counts; the former ones stay visible.',
})
export class Appointment {
  @Field({ description: 'announced, scheduled or rescheduled.' })
  kind!: string;

  @Field(() => GivenDate)
  heldOn!: DomainGivenDate;

  @Field(() => LangTextScalar, { nullable: true })
  venue!: LangText | null;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;

  @Field(() => PositionScalar)
  position!: number;
}

@ObjectType({ description: 'A point of the agenda.' })
export class AgendaPoint {
  @Field({ description: 'As the agenda numbers it.' })
  number!: string;

  @Field(() => LangTextScalar)
  title!: LangText;

  @Field(() => String, { nullable: true, description: 'Reference of the session it is set down for.' })
  session!: string | null;

  @Field(() => PositionScalar, { description: 'The event that set the agenda.' })
  position!: number;
}

@ObjectType({
  description: 'A seat an organisation’s delegation had, in one capacity, until it gave it up.',
})
export class Delegation extends Lasting {
  @Field({ description: 'Reference of the organisation.' })
  organisation!: string;

  @Field(() => CapacityEnum)
  capacity!: string;

  @Field(() => LangTextScalar, { nullable: true, description: 'Why it gave the seat up.' })
  leftBecause!: LangText | null;
}

@ObjectType({ description: 'What one session decided.' })
export class SessionRecord {
  @Field(() => Session)
  session!: unknown;

  @Field(() => [Decision], {
    description: 'In the order they were recorded, each with its outcome per item.',
  })
  decisions!: unknown;
}

@ObjectType({
  description: 'What a workshop decided, as the record has it: what its minutes can be read back from.',
})
export class WorkshopRecord {
  @Field(() => [SessionRecord], { description: 'Session by session, in their order.' })
  sessions!: readonly SessionRecord[];

  @Field(() => [Decision], { description: 'Of no session that is recorded.' })
  outsideSessions!: unknown;
}

@ObjectType({ description: 'A workshop of a programme, and what is known of it.' })
export class Workshop {
  @Field()
  programme!: string;

  @Field()
  reference!: string;

  @Field(() => LangTextScalar)
  topic!: LangText;

  @Field(() => Int, {
    nullable: true,
    description: 'Place in its announcement, from 1; not a number it was given.',
  })
  listed!: number | null;

  @Field(() => WorkshopStateEnum)
  state!: string;

  @Field(() => GivenDate, { description: 'When it was announced or scheduled for, as given last.' })
  heldOn!: GivenDate;

  @Field(() => LangTextScalar, { nullable: true })
  venue!: LangText | null;

  @Field(() => LangTextScalar, { nullable: true })
  note!: LangText | null;

  @Field(() => LangTextScalar, { nullable: true, description: 'Why it was cancelled.' })
  cancelledBecause!: LangText | null;

  @Field()
  illustrative!: boolean;

  @Field(() => Int)
  revision!: number;

  @Field(() => PositionScalar)
  lastPosition!: number;

  @Field(() => InstantScalar)
  lastRecordedAt!: string;
}

export const WorkshopConnection = connectionOf(Workshop, 'Workshop');
