import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './introspection.js';

/** What the scalars of the schema are in JSON. */
export interface Scalars {
  /** A place in the log: a safe integer. */
  readonly Position: number;
  /** A moment in UTC, `2026-01-31T10:11:12.123456Z`. */
  readonly Instant: string;
  /** A day, `2017-04-18`. */
  readonly Day: string;
  /** A date as given: `2017`, `2017-04`, `2017-02/2017-04`. */
  readonly EDTF: string;
  /** Text by language tag. */
  readonly LangText: Readonly<Record<string, string>>;
  /** Fields by name with any JSON value. */
  readonly Fields: Readonly<Record<string, unknown>>;
  /** Any JSON value. */
  readonly JSON: unknown;
}

/** For an `initGraphQLTada` of your own, such as one that masks fragments. */
export interface MasarSchema {
  readonly introspection: introspection;
  readonly scalars: Scalars;
  readonly disableMasking: true;
}

/**
 * A document whose result and variables are typed by the schema: write plain GraphQL. A variable of another type does not
 * compile; a field that is not in the schema is `unknown`. Fragments it spreads come second: `graphql('…', [fragment])`.
 *
 * @throws a syntax error where it is not GraphQL
 */
export const graphql = initGraphQLTada<MasarSchema>();
