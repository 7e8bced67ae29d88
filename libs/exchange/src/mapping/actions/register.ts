import type { LangText } from '@masar/domain';
import { type Vocabulary, compileExpression } from '../expression.js';
import type { DetailsAction, Mapping, RegisterAction } from '../language.js';
import type { NamesByPart } from '../mapped-row.js';
import {
  type Reader,
  compileAttributes,
  compileOptional,
  compilePeople,
  compileStanding,
  compileText,
} from '../value-readers.js';
import type { Said } from './planned.js';

/** A new item; what it lacks a title for is a problem. */
export function compileRegister(
  mapping: Mapping,
  words: Vocabulary,
  action: RegisterAction,
): Reader<Said | undefined> {
  const contents = compileContents(words, action);
  const workshop = compileOptional(action.workshop, words);
  const status = compileStanding(mapping, words, action);
  const [firstTitle] = Object.values(action.title);
  return (reading) => {
    const { title, attributes, people, ...text } = contents(reading);
    const standing = status(reading);
    if (!title) {
      const path = compileExpression(firstTitle!, words)(reading).path;
      reading.problem({ path, message: 'gives no title: name another field for it, with first:' });
    }
    if (!standing || !title) return undefined;
    // Nothing was there before, so there is nothing to remove.
    const given = Object.entries(attributes ?? {}).filter(([, value]) => value !== null);
    const named = Object.entries(people ?? {}).filter(([, names]) => names.length > 0);
    const where = workshop(reading);
    return {
      kind: 'register',
      title,
      ...text,
      ...standing,
      ...(given.length > 0 && { attributes: Object.fromEntries(given) }),
      ...(named.length > 0 && { people: Object.fromEntries(named) }),
      ...(where !== undefined && { workshop: where }),
    };
  };
}

/** What details an action gives. */
interface Contents {
  readonly title?: LangText;
  readonly text?: LangText;
  readonly attributes?: { readonly [name: string]: string | null };
  readonly people?: NamesByPart;
}

/** Words, attributes and people: those the row has. */
export function compileContents(words: Vocabulary, action: DetailsAction): Reader<Contents> {
  const title = compileText(action.title, words);
  const text = compileText(action.text, words);
  const attributes = compileAttributes(action.attributes, words);
  const parts = Object.entries(action.people ?? {}).map(
    ([part, source]) => [part, compilePeople(source, words)] as const,
  );
  return (reading) => {
    const found = { title: title(reading), text: text(reading), attributes: attributes(reading) };
    const people = parts.flatMap(([part, read]) => {
      const names = read(reading);
      return names ? [[part, names] as const] : [];
    });
    return Object.fromEntries(
      Object.entries({ ...found, people: people.length > 0 ? Object.fromEntries(people) : undefined }).filter(
        ([, value]) => value !== undefined,
      ),
    );
  };
}
