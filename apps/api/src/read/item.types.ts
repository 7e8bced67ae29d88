import type { LangText } from '@masar/domain';
import type { Camel, ItemRow, JourneyRow, StatusIntervalRow } from '@masar/read-models';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import {
  IrregularityEnum,
  ItemVisibilityEnum,
  LapseCodeEnum,
  LifecycleStateEnum,
  WayToUndoEnum,
} from '../schema/enums.js';
import { DayScalar, EdtfScalar, InstantScalar, LangTextScalar, PositionScalar } from '../schema/scalars.js';
import type { AxisRows } from './axis-rows.js';
import { connectionOf } from './page.js';
import type { View } from './view.js';
import { Lasting } from './lasting.js';

@ObjectType({ description: 'A fact of an item by name, as its source has it.' })
export class Attribute {
  @Field()
  name!: string;

  @Field()
  value!: string;
}

@ObjectType({
  description: 'Who plays a part in an item. People are opaque ids: no name stands in any event.',
})
export class PeopleInPart {
  @Field()
  part!: string;

  @Field(() => [String])
  subjects!: readonly string[];
}

@ObjectType({ description: 'An entry of the way an item took, in the order of effect.' })
export class JourneyEntry {
  @Field(() => String, { name: 'itemKey', description: 'Id of the item it is an entry of.' })
  key!: string;

  @Field(() => PositionScalar, { description: 'Where the event stands in the log.' })
  position!: number;

  @Field()
  eventId!: string;

  @Field({ description: 'Type of the event.' })
  type!: string;

  @Field(() => EdtfScalar, { nullable: true, description: 'As given; null where unknown.' })
  decidedOn!: string | null;

  @Field(() => EdtfScalar, { nullable: true, description: 'As given; null where unknown.' })
  effective!: string | null;

  @Field(() => DayScalar, {
    description: 'The first day the effective date may mean: what orders the journey.',
  })
  earliest!: string;

  @Field(() => DayScalar, { description: 'The last day the effective date may mean.' })
  latest!: string;

  @Field(() => InstantScalar)
  recordedAt!: string;

  @Field(() => LifecycleStateEnum, { nullable: true })
  stateBefore!: string | null;

  @Field(() => LifecycleStateEnum, { nullable: true })
  stateAfter!: string | null;

  @Field(() => String, { nullable: true, description: "The source's own status, verbatim." })
  sourceStatus!: string | null;

  @Field(() => [IrregularityEnum], { description: 'What the entry breaks, seen from everything known.' })
  irregularities!: readonly string[];

  @Field(() => [IrregularityEnum], { description: 'What it broke as seen when it was recorded.' })
  flagged!: readonly string[];

  @Field(() => String, { nullable: true, description: 'Id of the decision it is an effect of.' })
  decision!: string | null;

  @Field(() => LapseCodeEnum, { nullable: true, description: 'Why the decision could not be applied.' })
  lapse!: string | null;

  @Field({ description: 'Recorded as it was, without the rules.' })
  asRecorded!: boolean;

  @Field(() => WayToUndoEnum, {
    nullable: true,
    description: 'Why it counts no more: it keeps its place in the history. Null while it counts.',
  })
  undone!: string | null;

  @Field(() => PositionScalar, { nullable: true, description: 'The entry that undid it.' })
  undoneBy!: number | null;

  @Field(() => DayScalar, {
    nullable: true,
    description: 'revoked: the first day from which it may count no more.',
  })
  undoneFromEarliest!: string | null;

  @Field(() => DayScalar, {
    nullable: true,
    description: 'revoked: the last day from which it may count no more.',
  })
  undoneFromLatest!: string | null;

  @Field(() => [PositionScalar], { description: 'The corrections that changed it, oldest first.' })
  correctedBy!: readonly number[];

  @Field(() => EdtfScalar, {
    nullable: true,
    description: 'The date it counts with: as given, or as corrected.',
  })
  countedDecidedOn!: string | null;

  @Field(() => EdtfScalar, {
    nullable: true,
    description: 'The date it counts with: as given, or as corrected.',
  })
  countedEffective!: string | null;

  @Field(() => LangTextScalar, { nullable: true })
  reason!: LangText | null;

  @Field({ description: 'Opaque id of who recorded it.' })
  subject!: string;

  @Field(() => String, { nullable: true })
  organisation!: string | null;
}

@ObjectType({
  description:
    'A stretch in one state. On day D it holds where fromEarliest ≤ D < toEarliest; certainly where fromLatest ≤ D < toEarliest; possibly where fromEarliest ≤ D < toLatest.',
})
export class StatusInterval extends Lasting {
  @Field(() => LifecycleStateEnum)
  state!: string;

  @Field(() => String, { nullable: true })
  sourceStatus!: string | null;

  @Field()
  removed!: boolean;
}

@ObjectType({ description: 'Where an item stood on a day.' })
export class StateOnDay {
  @Field(() => LifecycleStateEnum)
  state!: string;

  @Field(() => String, { nullable: true })
  sourceStatus!: string | null;

  @Field()
  removed!: boolean;

  @Field({ description: 'No imprecise date leaves room for another state.' })
  certain!: boolean;

  @Field(() => [LifecycleStateEnum], { description: 'Every state it may have been in, this one included.' })
  possible!: readonly string[];
}

/** What a resolver has of an item: its row, where it was read, and its whole fold where a command left it. */
export type ItemParent = Camel<ItemRow> & {
  readonly key: string;
  readonly view: View | undefined;
  readonly folded?: {
    readonly journey: readonly Camel<JourneyRow>[];
    readonly statusIntervals: readonly Camel<StatusIntervalRow>[];
    readonly axes: AxisRows;
  };
};

@ObjectType({ description: 'One recommendation, on its way from proposal to implementation.' })
export class ReformItem {
  @Field({
    description: 'Id of the item: its programme and the reference it was registered under. Never changes.',
  })
  key!: string;

  @Field()
  programme!: string;

  @Field({ description: 'The reference it goes by.' })
  reference!: string;

  @Field(() => [String], { description: 'Former and further references.' })
  aliases!: readonly string[];

  @Field(() => LifecycleStateEnum, {
    nullable: true,
    description:
      'Where it stands: on the day asked for with effectiveOn, otherwise after everything known. Null before it began.',
  })
  state!: string | null;

  @Field(() => String, { nullable: true, description: "The source's own status for it, verbatim." })
  sourceStatus!: string | null;

  @Field({ description: 'Taken off its register.' })
  removed!: boolean;

  @Field(() => ItemVisibilityEnum, {
    description: 'Who may see it, as known then. What it is now decides what is shown, whatever asOf.',
  })
  visibility!: string;

  @Field(() => EdtfScalar, { nullable: true })
  deferredUntil!: string | null;

  @Field(() => LangTextScalar, { nullable: true })
  referredTo!: LangText | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reference of the organisation it is referred to, where it is one of the programme.',
  })
  referredToOrganisation!: string | null;

  @Field({ description: 'Made-up data.' })
  illustrative!: boolean;

  @Field(() => String, { nullable: true, description: 'Reference of the workshop it came up for.' })
  workshop!: string | null;

  @Field(() => [IrregularityEnum], { description: 'Everything its history breaks.' })
  irregularities!: readonly string[];

  @Field(() => Int)
  revision!: number;

  @Field(() => PositionScalar, { description: 'Its last event.' })
  lastPosition!: number;

  @Field(() => InstantScalar)
  lastRecordedAt!: string;
}

export const ReformItemConnection = connectionOf(ReformItem, 'ReformItem');
