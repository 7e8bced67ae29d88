/** `state_before` → `stateBefore`. */
type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** A row as queries return it: columns by the names GraphQL gives them. */
export type Camel<R> = { readonly [N in keyof R as CamelCase<N & string>]: R[N] };

/** A row with the key of its document. */
export type Keyed<R> = Camel<R> & { readonly key: string };

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/**
 * The select list of a table's columns under the names of {@link Camel}.
 *
 * @param fields only these, by those names; others are passed over
 */
export function selectList(
  columns: Readonly<Record<string, unknown>>,
  alias: string,
  without: readonly string[] = [],
  fields?: ReadonlySet<string>,
): string {
  return Object.keys(columns)
    .filter((column) => !without.includes(column) && (!fields || fields.has(camelCase(column))))
    .map((column) => `${alias}.${column} as "${camelCase(column)}"`)
    .join(', ');
}

/** A row of a fold under the names queries give it. */
export function camelRow<R extends object>(row: R): Camel<R> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [camelCase(name), value]),
  ) as unknown as Camel<R>;
}
