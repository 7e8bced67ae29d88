import { Field, ObjectType } from '@nestjs/graphql';
import { DayScalar } from '../schema/scalars.js';

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
