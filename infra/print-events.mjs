// Writes docs/EVENTS.md from the catalogue in libs/domain: `node infra/print-events.mjs > docs/EVENTS.md` after a build.

/** Streams of each category, and the file that holds the shapes of its events. */
const categories = {
  programme: ['Programme', '`programme-<programme>`', 'programme/programme.ts'],
  body: ['Body', '`body-<programme>/<reference>`', 'body.ts'],
  workshop: ['Workshop', '`workshop-<programme>/<reference>`', 'workshop.ts'],
  item: ['Reform item', '`item-<programme>/<reference>`', 'item/events.ts'],
  decision: ['Decision', '`decision-<id>`', 'decision.ts'],
  subject: ['Person', '`subject-<id>`', 'person.ts'],
  disclosure: ['Reading of names', '`disclosure-<id>`', 'person.ts'],
  relations: ['Relations', '`relations-<programme>`', 'relations.ts'],
};

const introduction = `# Events

Every type of event Masar stores. Written by \`infra/print-events.mjs\` from the catalogue in \`libs/domain/src/catalogue.ts\`: change
that, not this page.

Types and fields are the storage format. Fields are added, never renamed and never given another meaning; a change of
shape is a new version, and an upcaster that reads the old one. A type or version this release does not know is refused
by name. Every event may carry \`dates\` (spelling, calendar and basis of the two dates in its envelope) and
\`illustrative\`; those of an item may carry \`asRecorded\`, \`irregularities\`, \`decision\`, \`sessionOrder\`, \`source\` and
\`reason\` beside their own. “People” names the fields that hold opaque ids of people.
`;

/** The page as Markdown. */
export function eventsPage(catalogue) {
  const sections = Object.entries(categories).map(([category, [title, streams, file]]) => {
    const types = Object.entries(catalogue).filter(([, description]) => description.category === category);
    const where = `Streams ${streams}; shapes in [\`${file}\`](../libs/domain/src/${file}).`;
    return [`## ${title}`, where, types.map(line).join('\n')].join('\n\n');
  });
  return `${introduction}\n${sections.join('\n\n')}\n`;
}

function line([type, { schemaVersion, summary, personal }]) {
  const people = personal.length > 0 ? ` People: ${personal.map((path) => `\`${path}\``).join(', ')}.` : '';
  return `- \`${type}\`, version ${schemaVersion}: ${summary}${people}`;
}

if (process.argv[1] === import.meta.filename) {
  const { eventCatalogue } = await import('@masar/domain');
  process.stdout.write(eventsPage(eventCatalogue));
}
