import { Field, ID, ObjectType } from '@nestjs/graphql';
import { InstantScalar } from '../schema/scalars.js';

@ObjectType({ description: 'Somebody events speak of, by an opaque id. No query gives a name.' })
export class Person {
  @Field(() => ID, { description: 'As `people` of items has it.' })
  subject!: string;

  @Field({ description: 'Reference of the programme.' })
  programme!: string;

  @Field(() => InstantScalar, { nullable: true, description: 'When the name was destroyed.' })
  erasedAt!: string | null;
}
