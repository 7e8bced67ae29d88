import { Field, Int, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';

import type { RequestContext } from '../request-context.js';

/** Version of the service, as its package has it. */
const VERSION = '0.1.0';

@ObjectType({ description: 'The service and the log it answers from.' })
class About {
  @Field({ description: 'Version of the service.' })
  version!: string;

  @Field(() => String, { nullable: true, description: 'Id of the log, given when it was created.' })
  logId!: string | null;

  @Field(() => Int, { nullable: true, description: '1 at creation of the log, one more after each restore.' })
  epoch!: number | null;
}

/**
 * The shape every resolver has: root fields as Nest writes them, for they are few and check their input; fields of an
 * object as methods that take GraphQL's own `(parent, args, context)`. With a decorator on a parameter Nest would build
 * an execution context for each of the thousands of values of a page, which doubles its cost.
 */
@Resolver(() => About)
export class AboutResolver {
  @Query(() => About, { description: 'The service and the log it answers from.' })
  masar(): { version: string } {
    return { version: VERSION };
  }

  @ResolveField('logId', () => String, { nullable: true })
  async logId(_parent: object, _args: object, context: RequestContext): Promise<string | null> {
    return (await context.stamp())?.logId ?? null;
  }

  @ResolveField('epoch', () => Int, { nullable: true })
  async epoch(_parent: object, _args: object, context: RequestContext): Promise<number | null> {
    return (await context.stamp())?.epoch ?? null;
  }
}
