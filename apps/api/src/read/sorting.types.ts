import { Field, ObjectType } from '@nestjs/graphql';
import { HorizonEnum, PriorityEnum } from '../schema/enums.js';
import { DayScalar, EdtfScalar } from '../schema/scalars.js';
import { Stretch } from './axes.types.js';

@ObjectType({ description: 'A provision of an instrument of the programme.' })
export class Provision {
  @Field({ description: 'Reference of the instrument.' })
  instrument!: string;

  @Field(() => String, { nullable: true })
  article?: string;

  @Field(() => String, { nullable: true })
  version?: string;
}

@ObjectType({ description: 'A place or a governed list an item is about.' })
export class ScopeUse {
  @Field({ description: 'Reference of the scope in its programme.' })
  scope!: string;

  @Field(() => DayScalar, {
    nullable: true,
    description: 'The day whose membership counts for ever; null: the item follows the list as it changes.',
  })
  frozenOn?: string;
}

/** A stretch that a decision may have begun. */
@ObjectType({ isAbstract: true })
abstract class DecidedStretch extends Stretch {
  @Field(() => String, { nullable: true, description: 'Id of the decision that began it.' })
  decision!: string | null;
}

/** Who carries an item. */
@ObjectType({ isAbstract: true })
abstract class Assigned extends DecidedStretch {
  @Field(() => [String])
  leads!: readonly string[];

  @Field(() => [String])
  supporting!: readonly string[];

  @Field(() => [String])
  partners!: readonly string[];

  @Field(() => [String])
  funders!: readonly string[];
}

@ObjectType({ description: 'A stretch in which the same organisations carried an item, each by reference.' })
export class AssignmentStretch extends Assigned {
  @Field({ description: 'Off its register for as long.' })
  removed!: boolean;
}

@ObjectType({ description: 'A stretch in which an item was sorted the same way.' })
export class ClassificationStretch extends DecidedStretch {
  @Field(() => [String])
  themes!: readonly string[];

  @Field(() => HorizonEnum, { nullable: true })
  horizon!: string | null;

  @Field(() => PriorityEnum, { nullable: true })
  priority!: string | null;

  @Field(() => [ScopeUse])
  scopes!: readonly ScopeUse[];

  @Field(() => [Provision], { description: 'Provisions it rests on or speaks of.' })
  provisions!: readonly Provision[];

  @Field(() => [Provision], {
    description: 'Provisions that have to be in force before it can be carried out.',
  })
  requiresEnactmentOf!: readonly Provision[];

  @Field({ description: 'Off its register for as long.' })
  removed!: boolean;
}

@ObjectType({ description: 'A due date of an item, for as long as it held: the original one, or a slip.' })
export class DueDate extends DecidedStretch {
  @Field(() => EdtfScalar)
  dueDate!: string;

  @Field({ description: 'The first it was given.' })
  original!: boolean;

  @Field({ description: 'The one that holds: on the day of effectiveOn, or after everything known.' })
  current!: boolean;
}
