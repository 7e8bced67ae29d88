import type { GivenDate as DomainGivenDate } from '@masar/domain';
import { Field, ObjectType } from '@nestjs/graphql';
import { CalendarEnum, DateBasisEnum } from '../schema/enums.js';
import { EdtfScalar } from '../schema/scalars.js';

@ObjectType({ description: 'A date as somebody gave it.' })
export class GivenDate implements Partial<DomainGivenDate> {
  @Field(() => EdtfScalar, { nullable: true, description: 'Null: unknown.' })
  edtf!: string | null;

  @Field(() => String, { nullable: true, description: "The source's own spelling, where it differs." })
  asWritten?: string;

  @Field(() => CalendarEnum, { nullable: true })
  calendar?: DomainGivenDate['calendar'];

  @Field(() => DateBasisEnum, { nullable: true })
  basis?: DomainGivenDate['basis'];
}
