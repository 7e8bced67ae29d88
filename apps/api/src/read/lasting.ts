import { Field, ObjectType } from '@nestjs/graphql';
import { DayScalar, PositionScalar } from '../schema/scalars.js';

/** How long something held: from fromEarliest, surely from fromLatest, until toEarliest. */
@ObjectType({ isAbstract: true })
export abstract class Span {
  @Field(() => DayScalar, { description: 'It began on this day at the earliest.' })
  fromEarliest!: string;

  @Field(() => DayScalar, { description: 'It began on this day at the latest.' })
  fromLatest!: string;

  @Field(() => DayScalar, {
    nullable: true,
    description: 'It ended on this day at the earliest; null while it lasts.',
  })
  toEarliest!: string | null;

  @Field(() => DayScalar, { nullable: true })
  toLatest!: string | null;
}

/** How long something held, and which event began it. */
@ObjectType({ isAbstract: true })
export abstract class Lasting extends Span {
  @Field(() => PositionScalar, { description: 'The event that began it.' })
  position!: number;
}

/** True where it held on the day: from its first possible day to the first possible day of what came after. */
export function heldOn(
  { fromEarliest, toEarliest }: Pick<Span, 'fromEarliest' | 'toEarliest'>,
  day: string,
): boolean {
  return fromEarliest <= day && (toEarliest === null || day < toEarliest);
}

/** The rows that held on a day; the last ones, where none is asked for, are those that hold still. */
export function thoseOn<R extends Pick<Span, 'fromEarliest' | 'toEarliest'>>(
  rows: readonly R[],
  day: string | undefined,
): R[] {
  return rows.filter((row) => (day === undefined ? row.toEarliest === null : heldOn(row, day)));
}
