import { createHash } from 'node:crypto';
import { type Cursor, encodeCursor } from '@masar/read-models';
import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'Where a page ends.' })
export class PageInfo {
  @Field()
  hasNextPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Give it as `after` to go on. Every page is answered at the position of the first.',
  })
  endCursor!: string | null;
}

/** The default size of a page. */
export const defaultPage = 50;

/** A page as resolvers return it; the total is counted where it is asked for. */
export interface Page<N> {
  readonly nodes: readonly N[];
  readonly edges: readonly { readonly cursor: string; readonly node: N }[];
  readonly pageInfo: PageInfo;
  readonly count: () => Promise<number>;
}

/** A short name for a listing and everything that shapes it, for its cursors: another filter is another listing. */
export function listingName(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}

/** A connection type for a node type, after the Cursor Connections Specification, with the nodes beside the edges. */
export function connectionOf<N>(node: Type<N>, name: string): Type<Page<N>> {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field()
    cursor!: string;

    @Field(() => node)
    node!: N;
  }

  @ObjectType(`${name}Connection`)
  class Connection {
    @Field(() => [node])
    nodes!: readonly N[];

    @Field(() => [Edge])
    edges!: readonly Edge[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;

    count!: () => Promise<number>;
  }

  return Connection;
}

/**
 * Makes a page of rows of which one more than `first` was read.
 *
 * @param keys what a cursor after the row has to carry
 */
export function pageOf<R, N>(
  rows: readonly R[],
  first: number,
  cursor: Omit<Cursor, 'keys'>,
  keys: (row: R) => readonly (string | number)[],
  node: (row: R) => N,
  count: () => Promise<number>,
): Page<N> {
  const shown = rows.slice(0, first);
  const nodes = shown.map(node);
  const cursorOf = (row: R): string => encodeCursor({ ...cursor, keys: keys(row) });
  const last = shown.at(-1);
  return {
    nodes,
    // Few ask for edges: their cursors are made when they do.
    get edges() {
      return shown.map((row, index) => ({ cursor: cursorOf(row), node: nodes[index]! }));
    },
    pageInfo: { hasNextPage: rows.length > first, endCursor: last === undefined ? null : cursorOf(last) },
    count,
  };
}
