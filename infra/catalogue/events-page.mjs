import { byName, nameOf, schemaFile } from './event-schemas.mjs';

const introduction = `# Events

Every type of event Masar stores. Written by \`npm run catalogue\` from the code: the types and their comments in
\`libs/domain\`, the catalogue beside them, the schema of the API and the policy of roles. Change those, not this page.

Types and fields are the storage format. A field is added, never renamed and never given another meaning; an optional one
needs nothing else, any other change of shape is a new version with an upcaster that reads the old one. A type or version
that this release does not know is refused by name. A test compares each type with its [JSON
Schema](../libs/domain/schemas) as committed and fails where what is stored could not be read any more; the schemas of
former versions stay for ever.

The schemas are of an event's \`data\` (JSON Schema draft-07, \`urn:masar:event:<type>:<version>\`). Their objects are open,
because a later release may add a field in the same version. Beside its data an event has the envelope: \`id\`, \`stream\`,
\`revision\`, \`position\`, \`type\`, \`schemaVersion\`, \`decidedOn\` and \`effective\` (EDTF or null), \`recordedAt\`,
\`actor\`, \`commandId\`, \`causationId\`, \`correlationId\`, \`salt\`.

A field marked *personal* holds opaque ids of people, never a name. *Caused by* names the mutations, and the roles that may
send them ([roles](roles.md)), or the command of the program, run at the machine that holds the store. The examples are
made up.
`;

/**
 * The event catalogue as Markdown.
 *
 * @param {object} parts
 * @param parts.catalogue event descriptions by type
 * @param parts.categories categories of streams
 * @param parts.schemas of today, by type
 * @param parts.examples data by type
 * @param parts.causes event types by what may cause them, as `eventCauses` reads them
 * @param parts.rolesOf the roles that may send a mutation or query
 */
export function eventsPage(parts) {
  const { catalogue, categories, schemas } = parts;
  const types = Object.entries(categories).map(([category, { title, id }]) => {
    const own = Object.keys(catalogue).filter((type) => catalogue[type].category === category);
    const shared = own.length > 1 ? sharedFields(own.map((type) => schemas.get(type))) : [];
    const [first] = own;
    return [
      `## ${title}`,
      `Streams \`${category}-${id}\`.`,
      ...(shared.length > 0
        ? [
            'Every event of these streams may carry, beside its own fields:',
            fieldTable(schemas.get(first), shared, personalFields(own.map((type) => catalogue[type]))),
          ]
        : []),
      ...own.map((type) => eventSection(type, shared, parts)),
    ].join('\n\n');
  });
  return `${introduction}\n${overview(catalogue)}\n\n${types.join('\n\n')}\n\n${definitionsSection(schemas)}\n`;
}

function overview(catalogue) {
  const lines = Object.entries(catalogue).map(
    ([type, { schemaVersion, summary }]) =>
      `| [\`${type}\`](#${type.toLowerCase()}) | ${schemaVersion} | ${cell(summary)} |`,
  );
  return ['| type | version | |', '| --- | --- | --- |', ...lines].join('\n');
}

/** Names of optional fields that all of these have in one shape. */
function sharedFields(schemas) {
  const [first, ...others] = schemas;
  return Object.keys(first.properties ?? {}).filter(
    (name) =>
      !first.required?.includes(name) &&
      others.every(
        ({ properties = {}, required = [] }) =>
          !required.includes(name) &&
          JSON.stringify(properties[name]) === JSON.stringify(first.properties[name]),
      ),
  );
}

function personalFields(descriptions) {
  const [first, ...others] = descriptions.map(({ personal }) => personal);
  return first.filter((path) => others.every((personal) => personal.includes(path)));
}

function eventSection(type, shared, { catalogue, schemas, examples, causes, rolesOf }) {
  const { summary, schemaVersion, personal } = catalogue[type];
  const schema = schemas.get(type);
  const own = Object.keys(schema.properties ?? {}).filter((name) => !shared.includes(name));
  const versions = Array.from({ length: schemaVersion }, (_, index) => schemaVersion - index);
  const links = versions.map(
    (version) => `[${version}](../libs/domain/schemas/${schemaFile(type, version)})`,
  );
  return [
    `### ${type}`,
    `${summary} Version ${links[0]}${links.length > 1 ? `; still read: ${links.slice(1).join(', ')}` : ''}.`,
    `Caused by ${causedBy(type, causes, rolesOf)}.`,
    ...(own.length > 0 ? [fieldTable(schema, own, personal)] : ['No fields of its own.']),
    `\`\`\`json\n${JSON.stringify(examples[type], null, 2)}\n\`\`\``,
  ].join('\n\n');
}

function causedBy(type, causes, rolesOf) {
  const commands = [...causes]
    .filter(([, events]) => events.has(type))
    .map(([command]) => command)
    .sort(byName);
  const named = commands.map((command) =>
    command.startsWith('masar ') ? `\`${command}\`` : `\`${command}\` (${rolesOf(command).join(', ')})`,
  );
  return named.join(', ') || 'no command';
}

function fieldTable(schema, names, personal) {
  const rows = names.flatMap((name) => rowsOf(schema, name, '', personal));
  return ['| field | type | | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** A row for a field, and one for each field of an object that is written out in it. */
function rowsOf({ properties, required = [] }, name, parent, personal) {
  const schema = properties[name];
  const path = `${parent}${name}`;
  const marks = [
    schema.description,
    personal.some((field) => field === path || field.startsWith(`${path}.`)) ? '*personal*' : undefined,
  ];
  const row = [
    `\`${path}\``,
    typeText(schema),
    required.includes(name) ? 'required' : '',
    marks.filter((mark) => mark !== undefined).join(' '),
  ];
  const inner = schema.type === 'array' ? schema.items : schema;
  const suffix = schema.type === 'array' ? '[].' : '.';
  return [
    `| ${row.map(cell).join(' | ')} |`,
    ...Object.keys(inner?.properties ?? {}).flatMap((key) =>
      rowsOf(inner, key, `${path}${suffix}`, personal),
    ),
  ];
}

/** The type of a field in a few words, named types as links. */
function typeText(schema) {
  if (schema.$ref) return `[${nameOf(schema.$ref)}](#${nameOf(schema.$ref).toLowerCase()})`;
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  if (Object.hasOwn(schema, 'const')) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}`;
  if (typeof schema.additionalProperties === 'object')
    return `map to ${typeText(schema.additionalProperties)}`;
  return [schema.type ?? 'any value'].flat().join(' or ');
}

function definitionsSection(schemas) {
  const definitions = new Map();
  for (const schema of schemas.values()) {
    for (const [name, definition] of Object.entries(schema.definitions ?? {}))
      definitions.set(name, definition);
  }
  const sections = [...definitions]
    .sort(([a], [b]) => byName(a, b))
    .map(([name, definition]) =>
      [`### ${name}`, ...(definition.description ? [definition.description] : []), body(definition)].join(
        '\n\n',
      ),
    );
  return ['## Types used in several fields', ...sections].join('\n\n');
}

function body(definition) {
  if (definition.anyOf) {
    return definition.anyOf
      .map((member) => `- ${member.properties ? inline(member) : typeText(member)}`)
      .join('\n');
  }
  if (definition.properties) return fieldTable(definition, Object.keys(definition.properties), []);
  return `${capitalised(typeText(definition))}.`;
}

/** An object in a line: `kind` `"adopt"`, `title`? LangText. */
function inline({ properties, required = [] }) {
  return Object.entries(properties)
    .map(([name, schema]) => `\`${name}\`${required.includes(name) ? '' : '?'} ${typeText(schema)}`)
    .join(', ');
}

function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
