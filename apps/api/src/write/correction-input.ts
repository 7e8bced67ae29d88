import { Field, InputType } from '@nestjs/graphql';
import { IsString, Length } from 'class-validator';
import { CommandInput } from './command.js';

/** What answers a correction. */
@InputType({ isAbstract: true })
export abstract class AnswerCorrectionInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Id of the correction.' })
  @IsString()
  @Length(1, 100)
  correction!: string;
}
