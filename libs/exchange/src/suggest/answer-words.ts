import { type Priority, type Response, matchingForm } from '@masar/domain';

/** Phrases of replies, what is denied before what is affirmed: the first that stands in a reply counts. */
const replyPhrases: readonly (readonly [phrase: string, response: Response])[] = [
  ['not accept', 'notAccepted'],
  ['not agree', 'notAccepted'],
  ['not adopt', 'notAccepted'],
  ['not support', 'notAccepted'],
  ['disagree', 'notAccepted'],
  ['reject', 'notAccepted'],
  ['decline', 'notAccepted'],
  ['refus', 'notAccepted'],
  ['مرفوض', 'notAccepted'],
  ['غير مقبول', 'notAccepted'],
  ['in principle', 'acceptedInPrinciple'],
  ['en principe', 'acceptedInPrinciple'],
  ['من حيث المبدأ', 'acceptedInPrinciple'],
  ['in part', 'acceptedInPart'],
  ['partially', 'acceptedInPart'],
  ['partly', 'acceptedInPart'],
  ['partiellement', 'acceptedInPart'],
  ['جزئيا', 'acceptedInPart'],
  ['under consideration', 'underConsideration'],
  ['under review', 'underConsideration'],
  ['being considered', 'underConsideration'],
  ['will consider', 'underConsideration'],
  ['à l’étude', 'underConsideration'],
  ["à l'étude", 'underConsideration'],
  ['قيد الدراسة', 'underConsideration'],
  ['await', 'awaited'],
  ['pending', 'awaited'],
  ['no response', 'awaited'],
  ['accept', 'accepted'],
  ['agree', 'accepted'],
  ['adopt', 'accepted'],
  ['concur', 'accepted'],
  ['support', 'accepted'],
  ['مقبول', 'accepted'],
  ['موافق', 'accepted'],
  ['noted', 'noted'],
  ['pris note', 'noted'],
];

/** Words that say little in a long text, or nothing: who wrote it did answer. */
const weak: ReadonlySet<string> = new Set([
  'partially',
  'partly',
  'refus',
  'await',
  'pending',
  'no response',
  'concur',
  'support',
  'noted',
]);

/** The phrases that stand in any of the texts, in the order they are looked for. */
export function phrasesIn(texts: Iterable<string>): (readonly [string, Response])[] {
  const forms = [...texts].map(matchingForm);
  return replyPhrases.filter(
    ([phrase]) => !weak.has(phrase) && forms.some((form) => form.includes(matchingForm(phrase))),
  );
}

export function guessResponse(value: string): Response | undefined {
  const form = matchingForm(value);
  return replyPhrases.find(([phrase]) => form.includes(matchingForm(phrase)))?.[1];
}

const priorityWords: readonly (readonly [RegExp, Priority])[] = [
  [/urgent|critical|immediate|very high|عاجل|حرج|critique/i, 'urgent'],
  [/high|major|essential|significant|élevée?|haute|عالي|مرتفع|^1$|^p1$|^a$/i, 'high'],
  [/medium|moderate|normal|important|moyenne?|متوسط|^2$|^p2$|^b$/i, 'medium'],
  [/low|minor|faible|basse|منخفض|^3$|^p3$|^c$/i, 'low'],
];

export function guessPriority(value: string): Priority | undefined {
  return priorityWords.find(([pattern]) => pattern.test(value.trim()))?.[1];
}
