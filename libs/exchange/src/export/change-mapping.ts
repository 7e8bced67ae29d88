import { lifecycleStates } from '@masar/domain';
import { stringify } from 'yaml';
import type { Mapping } from '../mapping/language.js';

/** In the place of an attribute that was taken away. An empty cell says nothing of it. */
export const removedMark = '∅';

/** What stands between names that are read back: a name may hold any other separator. */
export const lineBreak = '\n';

/** The languages and attributes that changes have columns for. */
export interface ChangeColumns {
  readonly title: readonly string[];
  readonly text: readonly string[];
  readonly reason: readonly string[];
  readonly attributes: readonly string[];
}

const comment = `# Takes the changes of a programme, as masar export --rows changes wrote them, into another programme.
# What an import has no word for (discussions, actions, measurements, …) is left out.
`;

/** The mapping file that imports the changes of a sheet with these columns. */
export function changeMapping(columns: ChangeColumns): string {
  return (
    comment + stringify(mappingOf(columns), { aliasDuplicateObjects: false, blockQuote: false, lineWidth: 0 })
  );
}

function mappingOf({ title, text, reason, attributes }: ChangeColumns): Mapping {
  const texts = (field: string, languages: readonly string[]) =>
    languages.length > 0 && { [field]: byKey(languages, (language) => `${field}.${language}`) };
  // An empty cell is no value, and so says nothing; the mark is one that means nothing.
  const inWords = texts('text', text);
  const words = {
    ...texts('title', title),
    ...inWords,
    ...(attributes.length > 0 && {
      attributes: byKey(attributes, (name) => ({
        join: [`attributes.${name}`],
        then: [{ emptyIf: [removedMark] }],
      })),
    }),
  };
  const why = texts('reason', reason);
  const of = (type: string) => ({ field: 'type', is: type });
  return {
    masar: 1,
    source: 'changes of a programme of Masar',
    format: { kind: 'csv', escapedCells: true },
    reference: 'reference',
    decidedOn: 'decidedOn',
    effective: 'effective',
    claimedAt: 'recordedAt',
    duplicates: 'flag',
    statuses: { from: 'movedTo', states: Object.fromEntries(lifecycleStates.map((state) => [state, state])) },
    rows: [
      {
        when: of('ReformItemRegistered'),
        do: [
          { register: { title: {}, ...words, sourceStatus: 'sourceStatus', workshop: 'workshop', ...why } },
        ],
      },
      { when: of('ReformItemRenumbered'), do: [{ renumber: { to: 'to', ...why } }] },
      { when: of('ReformItemAliased'), do: [{ alias: { to: 'to', ...why } }] },
      { when: of('ReformItemRemoved'), do: [{ remove: { ...why } }] },
      { when: of('ReformItemRestored'), do: [{ restore: { ...why } }] },
      {
        when: { field: 'movedTo', isEmpty: false },
        do: [{ state: { sourceStatus: 'sourceStatus', ...why } }, { details: words }],
      },
      {
        when: of('ReformItemAddressed'),
        do: [{ addressees: { to: { field: 'addressees', split: lineBreak }, ...why } }],
      },
      {
        when: of('ReformItemResponseRecorded'),
        do: [{ respond: { addressee: 'addressee', response: { field: 'response' }, ...inWords, ...why } }],
      },
      {
        when: of('ReformItemProgressReported'),
        do: [{ progress: { addressee: 'addressee', progress: { field: 'progress' }, ...inWords, ...why } }],
      },
      {
        when: {
          field: 'type',
          isOneOf: [
            'ReformItemDetailsRecorded',
            'ReformItemTextAmended',
            'ReformItemTextCorrected',
            'ReformItemTranslationAdded',
          ],
        },
        do: [{ details: { ...words, ...why } }],
      },
      { skip: true },
    ],
  };
}

function byKey<T>(keys: readonly string[], value: (key: string) => T): { readonly [key: string]: T } {
  return Object.fromEntries(keys.map((key) => [key, value(key)]));
}
