import type { Refusal } from '@masar/domain';
import { Field, Int, ObjectType, createUnionType } from '@nestjs/graphql';
import { RefusalCodeEnum } from '../schema/enums.js';
import { InstantScalar, PositionScalar } from '../schema/scalars.js';
import { Changed } from './changed.js';
import { CommandWarning } from './free-text.js';

@ObjectType({ description: 'The command was carried out, now or the first time it was sent.' })
export class CommandAccepted {
  @Field(() => PositionScalar, {
    description:
      'Give it to a query as atLeast to read what the command did. A decision: of its last effect so far.',
  })
  position!: number;

  @Field(() => Int, { description: 'Revision of the changed thing after the command.' })
  revision!: number;

  @Field(() => InstantScalar)
  recordedAt!: string;

  @Field({ description: 'The command had been carried out before; nothing was written now.' })
  duplicate!: boolean;

  @Field(() => [String], {
    description:
      'Items a decision has not reached yet, by id. They are finished within seconds; nothing needs to be sent again.',
  })
  pending!: readonly string[];

  @Field(() => [CommandWarning], { description: 'What is worth a second look. The same on a retry.' })
  warnings!: readonly CommandWarning[];

  @Field(() => Changed, { description: 'The changed thing as the command left it.' })
  changed!: typeof Changed;
}

@ObjectType({ description: 'What is wrong, and where in the input.' })
export class FieldProblem {
  @Field({ description: 'Path in the input, dotted: items.0.reference.' })
  path!: string;

  @Field()
  message!: string;
}

@ObjectType({ description: 'A rule said no; nothing was written.' })
export class CommandRefused {
  @Field(() => RefusalCodeEnum)
  code!: keyof typeof RefusalCodeEnum;

  @Field()
  message!: string;

  @Field(() => [FieldProblem])
  fields!: readonly FieldProblem[];

  static of({ code, message, fields }: Refusal): CommandRefused {
    return Object.assign(new CommandRefused(), { code, message, fields });
  }
}

export const CommandResult = createUnionType({
  name: 'CommandResult',
  description: 'Accepted or refused. Anything else that goes wrong is an error.',
  types: () => [CommandAccepted, CommandRefused] as const,
});
