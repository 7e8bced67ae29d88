import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { categories, eventCatalogue, upcast } from '@masar/domain';
import { exampleEvents, formerEvents } from '../../libs/domain/src/testing/example-events.ts';
import { faultsOf } from '../../test/support/event-schemas.ts';
import { eventCauses } from './event-causes.mjs';
import { byName, schemaFile } from './event-schemas.mjs';
import { adviceOn, catalogue, committedSchemas } from './pages.mjs';

const root = resolve(import.meta.dirname, '../..');
const types = Object.keys(eventCatalogue);

let written;
let committed;
beforeAll(async () => {
  written = await catalogue();
  committed = await committedSchemas();
}, 120_000);

const versionsOf = (type) =>
  Array.from({ length: eventCatalogue[type].schemaVersion }, (_, index) => index + 1);

describe('the shapes of stored events', () => {
  it('stay as they are, or a new version and an upcaster read them', () => {
    expect([...written.breaks].map(([type, breaks]) => adviceOn(type, breaks))).toEqual([]);
  });

  it('are published as the code has them: after a change, run `npm run catalogue` and commit it', async () => {
    for (const [path, text] of written.files) {
      const file = await readFile(resolve(root, path), 'utf8').catch(() => undefined);
      expect({ path, text: file }).toEqual({ path, text });
    }
  });

  it('are published for every version that may stand in a log, and for nothing else', () => {
    const expected = types.flatMap((type) => versionsOf(type).map((version) => schemaFile(type, version)));
    expect([...committed.keys()].sort(byName)).toEqual(expected.sort(byName));
  });

  it('name the fields that hold people, and only fields there are', () => {
    const missing = types.flatMap((type) =>
      eventCatalogue[type].personal
        .filter((path) => !fieldAt(written.schemas.get(type), path))
        .map((path) => `${type}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('name as personal what holds people wherever it stands', () => {
    const unnamed = types.flatMap((type) =>
      ['people.*', 'source.claimedBy', 'subject', 'subjects.*']
        .filter((path) => fieldAt(written.schemas.get(type), path))
        .filter((path) => !eventCatalogue[type].personal.includes(path))
        .map((path) => `${type}: ${path}`),
    );
    expect(unnamed).toEqual([]);
  });

  it('name the programme where the stream does not', () => {
    const nameless = types
      .filter((type) => categories[eventCatalogue[type].category].programme === 'data')
      .filter((type) => !written.schemas.get(type).required?.includes('programme'));
    expect(nameless).toEqual([]);
  });
});

describe('the causes of events', () => {
  it('are known for every type: some mutation, query or command leads to code that writes it out', () => {
    const caused = new Set([...written.causes.values()].flatMap((events) => [...events]));
    expect(types.filter((type) => !caused.has(type))).toEqual([]);
  });

  it('name what a command writes, and nothing that another does', () => {
    expect([...written.causes.get('proposeItem')]).toEqual(['ReformItemProposed']);
    expect([...written.causes.get('registerProgramme')]).toEqual(['ProgrammeRegistered']);
    expect([...written.causes.get('reformItem')]).toEqual([]);
    expect([...written.causes.get('masar import')]).toContain('ReformItemStateRecorded');
    expect([...written.causes.get('recordDecision')]).toEqual(
      expect.arrayContaining(['DecisionRecorded', 'ReformItemAdopted', 'DecisionEffectLapsed']),
    );
  });
});

describe('the example of an event', () => {
  it.each(types)('fits its schema: %s', (type) => {
    const { schemaVersion } = eventCatalogue[type];
    expect(faultsOf({ type, schemaVersion, data: exampleEvents[type] })).toEqual([]);
  });

  const former = types.flatMap((type) =>
    versionsOf(type)
      .slice(0, -1)
      .map((version) => [type, version]),
  );
  // Jest takes no empty table.
  it.each(former.length > 0 ? former : [[types[0], eventCatalogue[types[0]].schemaVersion]])(
    'is read from a former version: %s version %i',
    (type, version) => {
      const { schemaVersion } = eventCatalogue[type];
      const data = version === schemaVersion ? exampleEvents[type] : formerEvents[type]?.[version];
      expect(faultsOf({ type, schemaVersion: version, data: data ?? {} })).toEqual([]);
      const read = upcast({ type, schemaVersion: version, data }, eventCatalogue[type]);
      expect(faultsOf({ type, schemaVersion, data: read })).toEqual([]);
    },
  );
});

describe('what causes an event', () => {
  it('is what records it, and not what only lists kinds of decisions', () => {
    const causes = eventCauses(root, types);
    expect([...causes.get('nameVocabularyTerm')]).toEqual(['VocabularyTermNamed']);
    expect([...causes.get('recordDecision')]).toContain('ReformItemAdopted');
  });
});

/** The schema of a field, by its dotted path; `*` is any name of a map, or any place in a list. */
function fieldAt(schema, path) {
  const resolved = (part) =>
    part?.$ref ? schema.definitions[decodeURIComponent(part.$ref.slice('#/definitions/'.length))] : part;
  return path.split('.').reduce((part, name) => {
    const inner = resolved(part);
    if (name === '*')
      return (inner?.type === 'array' ? inner.items : inner?.additionalProperties) || undefined;
    const object = inner?.type === 'array' ? resolved(inner.items) : inner;
    return object?.properties?.[name];
  }, schema);
}
