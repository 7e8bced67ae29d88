import { Field, InputType } from '@nestjs/graphql';
import { IsOptional, IsString, Length } from 'class-validator';

/** What is pointed to in an instrument: all of it, an article, as of a version. */
@InputType({ isAbstract: true })
export abstract class ProvisionGiven {
  @Field({ description: 'Reference of the instrument.' })
  @IsString()
  @Length(1, 200)
  instrument!: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  article?: string;

  @Field({ nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  version?: string;
}
