import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Args,
  Context,
  Field,
  Float,
  GraphQLModule,
  Int,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import DataLoader from 'dataloader';
import { GraphQLScalarType } from 'graphql';
import { type EntryRow, entryRows, itemRows } from './page-rows.js';

/* The same page as most Nest services write it: Apollo on Fastify, its faster one, decorators, and a loader. */
const LangText = new GraphQLScalarType({ name: 'LangText' });

@ObjectType('JourneyEntry')
class Entry {
  @Field(() => Float) position!: number;
  @Field(() => String) eventId!: string;
  @Field(() => String) type!: string;
  @Field(() => String, { nullable: true }) effective!: string | null;
  @Field(() => String) earliest!: string;
  @Field(() => String) latest!: string;
  @Field(() => String) recordedAt!: string;
  @Field(() => String, { nullable: true }) stateBefore!: string | null;
  @Field(() => String, { nullable: true }) stateAfter!: string | null;
  @Field(() => [String]) irregularities!: string[];
  @Field(() => String) subject!: string;
}

@ObjectType('ReformItem')
class Item {
  @Field(() => String) key!: string;
  @Field(() => String) reference!: string;
  @Field(() => LangText) title!: object;
  @Field(() => String, { nullable: true }) state!: string | null;
  @Field(() => [String]) themes!: string[];
  @Field(() => [String]) leads!: string[];
  @Field(() => [String]) irregularities!: string[];
  @Field(() => Float) lastPosition!: number;
  @Field(() => String) lastRecordedAt!: string;
}

@ObjectType('ReformItemConnection')
class Connection {
  @Field(() => [Item]) nodes!: Item[];
}

@Injectable({ scope: Scope.DEFAULT })
class Items {
  page(programme: string, first: number): Promise<Item[]> {
    return itemRows(programme, first);
  }
}

interface RequestLoaders {
  journey: DataLoader<string, EntryRow[]>;
}

@Resolver(() => Item)
class ItemResolver {
  constructor(private readonly items: Items) {}

  @Query(() => Connection)
  async reformItems(
    @Args('programme') programme: string,
    @Args('first', { type: () => Int }) first: number,
  ): Promise<Connection> {
    return { nodes: await this.items.page(programme, first) };
  }

  @ResolveField('journey', () => [Entry])
  async journey(
    @Parent() item: Item,
    @Args('first', { type: () => Int, nullable: true }) _first: number,
    @Context() { journey }: RequestLoaders,
  ): Promise<EntryRow[]> {
    return journey.load(item.key);
  }
}

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      playground: false,
      csrfPrevention: false,
      context: (): RequestLoaders => ({
        journey: new DataLoader(async (keys) => [...(await entryRows(keys, 6)).values()]),
      }),
    }),
  ],
  providers: [Items, ItemResolver],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: false,
});
await app.listen(0, '127.0.0.1');
process.stdout.write(`listening ${await app.getUrl()}/graphql\n`);
process.once('SIGTERM', () => process.exit(0));
