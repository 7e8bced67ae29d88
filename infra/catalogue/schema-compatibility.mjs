import { nameOf } from './event-schemas.mjs';

/**
 * What would break in the reading of stored events if a type's schema became another under the same version.
 *
 * Allowed: a new optional field, a further value of an enumeration, a wider type, a field that need not be there any more.
 * Not allowed: a field taken away, renamed, of another type, with fewer values, or needed from now on.
 *
 * @param older the schema as committed
 * @param newer the schema as the code has it
 * @returns one line a break, with the path in the data; none where everything stored under the older one fits the newer one
 */
export function breaksBetween(older, newer) {
  return compare({ schema: older, root: older }, { schema: newer, root: newer }, 'data', new Set());
}

function compare(old, now, path, visited) {
  const [before, after] = [resolved(old), resolved(now)];
  // Types may contain themselves: a pair that is being compared already adds nothing.
  const pair = `${old.schema.$ref ?? ''} ${now.schema.$ref ?? ''}`;
  if (old.schema.$ref && now.schema.$ref) {
    if (visited.has(pair)) return [];
    visited = new Set([...visited, pair]);
  }
  const alternatives = [alternativesOf(before), alternativesOf(after)];
  if (alternatives[0].length > 1 || alternatives[1].length > 1) {
    return compareUnions(alternatives[0], alternatives[1], path, visited);
  }
  return compareOne(alternatives[0][0], alternatives[1][0], path, visited);
}

/** Every alternative there was must fit one there is; the nearest one says what is missing. */
function compareUnions(before, after, path, visited) {
  return before.flatMap((old) => {
    const tried = after.map((now) => compareOne(old, now, path, visited));
    if (tried.some((breaks) => breaks.length === 0)) return [];
    const nearest = after.findIndex((now) => discriminator(now) === discriminator(old));
    if (discriminator(old) !== undefined && nearest >= 0) return tried[nearest];
    return [`${path}: ${describe(old)} is no longer taken`];
  });
}

function compareOne(before, after, path, visited) {
  const [old, now] = [before.schema, after.schema];
  if (isAnything(now)) return [];
  const values = valuesOf(old);
  if (values) {
    const gone = values.filter((value) => !takes(now, value)).map((value) => JSON.stringify(value));
    return gone.length > 0
      ? [`${path}: ${gone.join(', ')} ${gone.length > 1 ? 'are' : 'is'} no longer taken`]
      : [];
  }
  if (valuesOf(now) || !typesOf(old).every((type) => typesOf(now).includes(type) || isWider(now, type))) {
    return [`${path}: was ${describe(before)}, became ${describe(after)}`];
  }
  if (old.type === 'array') {
    return compare(inside(before, old.items ?? {}), inside(after, now.items ?? {}), `${path}[]`, visited);
  }
  if (old.type === 'object') return compareObjects(before, after, path, visited);
  return [];
}

function compareObjects(before, after, path, visited) {
  const [old, now] = [before.schema, after.schema];
  const maps = [old, now].map(isMap);
  if (maps[0] && !maps[1] && now.properties)
    return [`${path}: was a map from any name, became an object with fields`];
  if (!maps[0] && maps[1] && old.properties)
    return [`${path}: was an object with fields, became a map from any name`];
  const [had, has] = [old.properties ?? {}, now.properties ?? {}];
  const kept = Object.keys(had).flatMap((name) =>
    Object.hasOwn(has, name)
      ? compare(inside(before, had[name]), inside(after, has[name]), `${path}.${name}`, visited)
      : [`${path}.${name}: was taken away or renamed`],
  );
  const wasNeeded = new Set(old.required);
  const needed = (now.required ?? [])
    .filter((name) => !wasNeeded.has(name))
    .map((name) =>
      Object.hasOwn(had, name)
        ? `${path}.${name}: could be left out, and is needed now`
        : `${path}.${name}: is new and needed; a new field is optional`,
    );
  return [...kept, ...needed, ...compareMaps(before, after, path, visited)];
}

/** Objects that map any name to values of one kind. */
function compareMaps(before, after, path, visited) {
  if (!isMap(before.schema) || !isMap(after.schema)) return [];
  const [old, now] = [before.schema.additionalProperties, after.schema.additionalProperties];
  return compare(inside(before, old), inside(after, now), `${path}.*`, visited);
}

function isMap({ additionalProperties }) {
  return typeof additionalProperties === 'object';
}

function inside({ root }, schema) {
  return { root, schema };
}

function resolved({ schema, root }) {
  return schema.$ref ? resolved({ root, schema: root.definitions[nameOf(schema.$ref)] }) : { schema, root };
}

/** The alternatives of a union, names resolved; the thing itself where it is none. */
function alternativesOf({ schema, root }) {
  if (schema.anyOf) return schema.anyOf.flatMap((one) => alternativesOf(resolved({ schema: one, root })));
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ root, schema: { ...schema, type } }));
  return [{ schema, root }];
}

/** The values of an enumeration or a constant; undefined for anything else. */
function valuesOf(schema) {
  if (Object.hasOwn(schema, 'const')) return [schema.const];
  return schema.enum;
}

function takes(schema, value) {
  const values = valuesOf(schema);
  if (values) return values.includes(value);
  return typesOf(schema).includes(value === null ? 'null' : typeof value) || isAnything(schema);
}

function typesOf({ type }) {
  return type === undefined ? [] : [type].flat();
}

function isWider(schema, type) {
  return type === 'integer' && typesOf(schema).includes('number');
}

function isAnything(schema) {
  return schema.type === undefined && !schema.anyOf && !valuesOf(schema) && !schema.not;
}

/** What tells an alternative of a union from the others: the one value of one of its fields. */
function discriminator({ schema }) {
  const [name] = Object.keys(schema.properties ?? {}).filter((key) =>
    Object.hasOwn(schema.properties[key], 'const'),
  );
  return name === undefined ? undefined : `${name}=${JSON.stringify(schema.properties[name].const)}`;
}

function describe(alternative) {
  const { schema } = alternative;
  const values = valuesOf(schema);
  if (values) return `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  const mark = discriminator(alternative);
  return mark ? `an object with ${mark}` : (schema.type ?? 'anything');
}
