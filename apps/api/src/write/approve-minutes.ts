import { type CommandDone, executeOnMinutes, requireApprover } from '@masar/commands';
import { approveMinutes } from '@masar/domain';
import { Args, Context, Field, InputType, Mutation, Resolver } from '@nestjs/graphql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsBoolean, IsOptional, IsString, Length } from 'class-validator';
import type { RequestContext } from '../platform/request-context.js';
import { CommandInput, MasarCommand, plain, requestOf } from './command.js';
import { CommandResult } from './command-result.js';
import { Mutations } from './mutations.js';

@InputType()
export class ApproveMinutesInput extends CommandInput {
  @Field({ description: 'Reference of the programme.' })
  @IsString()
  @Length(1, 200)
  programme!: string;

  @Field({ description: 'Reference of the workshop they are of.' })
  @IsString()
  @Length(1, 200)
  workshop!: string;

  @Field(() => String, { nullable: true, description: 'Reference of the body that approved them.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  body?: string;

  @Field(() => String, {
    nullable: true,
    description: 'Reference of the workshop whose session approved them.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  inWorkshop?: string;

  @Field(() => String, { nullable: true, description: 'Reference of that session.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  inSession?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Record it as it was: also where nobody recorded that they were circulated.',
  })
  @IsOptional()
  @IsBoolean()
  asRecorded?: boolean;
}

export class ApproveMinutes extends MasarCommand<ApproveMinutesInput> {}

@CommandHandler(ApproveMinutes)
export class ApproveMinutesHandler implements ICommandHandler<ApproveMinutes> {
  async execute({ context, input }: ApproveMinutes): Promise<CommandDone> {
    return executeOnMinutes(context, input.programme, input.workshop, {
      type: 'approveMinutes',
      request: requestOf(input),
      expectedRevision: input.expectedRevision,
      decide: async (minutes) => {
        const approved = approveMinutes(minutes, plain(input));
        if (!input.asRecorded) await requireApprover(context, input.programme, input, approved.effective);
        return approved;
      },
    });
  }
}

@Resolver()
export class ApproveMinutesResolver {
  constructor(private readonly mutations: Mutations) {}

  @Mutation(() => CommandResult, { description: 'The minutes were approved, by a body or in a session.' })
  async approveMinutes(
    @Args('input') input: ApproveMinutesInput,
    @Context() request: RequestContext,
  ): Promise<typeof CommandResult> {
    return this.mutations.run(request, 'record', ApproveMinutes, input);
  }
}
