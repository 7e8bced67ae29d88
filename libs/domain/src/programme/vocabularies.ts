import { type Dated, withDates } from '../event.js';
import { type LangText, requireText } from '../text.js';
import { type Vocabulary, vocabularies } from '../vocabularies.js';
import { type Common, type Input, reasonOf, refuse, sameText } from './named.js';

/*
 * The storage format of how a programme names the terms of Masar's closed lists, on its stream. Add fields, never rename.
 */
export interface VocabularyEvent {
  readonly type: 'VocabularyTermNamed';
  /** The languages given are named anew; the others keep their names. */
  readonly data: Common & {
    readonly vocabulary: Vocabulary;
    readonly term: string;
    readonly name: LangText;
  };
}

/** How a programme names terms: by vocabulary and term. The latest word counts, whenever it took effect. */
export interface Terms {
  readonly reference: string;
  readonly terms: ReadonlyMap<Vocabulary, ReadonlyMap<string, LangText>>;
}

export function evolveTerms(terms: Terms['terms'], { data }: VocabularyEvent): Terms['terms'] {
  const { vocabulary, term, name } = data;
  const named = new Map(terms.get(vocabulary));
  named.set(term, { ...named.get(term), ...name });
  return new Map(terms).set(vocabulary, named);
}

export function nameVocabularyTerm(
  { reference, terms }: Terms,
  input: Input<{ readonly vocabulary: Vocabulary; readonly term: string; readonly name: LangText }>,
): Dated<VocabularyEvent> {
  const { vocabulary, term } = input;
  if (reference === '') refuse('NOT_FOUND', 'programme', 'there is no such programme');
  const known: readonly string[] = vocabularies[vocabulary];
  if (!known.includes(term)) {
    refuse('NOT_FOUND', 'term', `${vocabulary} has no term ${term}; it has ${known.join(', ')}`);
  }
  const name = requireText(input.name, 'name');
  const before = terms.get(vocabulary)?.get(term);
  if (sameText({ ...before, ...name }, before)) {
    refuse('NOTHING_TO_CHANGE', 'name', `${term} is called that already`);
  }
  const data = { vocabulary, term, name, ...reasonOf(input) };
  return withDates({ type: 'VocabularyTermNamed', data }, input);
}
