/** The media types of an answer: the one of the specification, and the one older clients ask for. */
export const RESPONSE_JSON = 'application/graphql-response+json';
export const JSON_TYPE = 'application/json';

export type AnswerType = typeof RESPONSE_JSON | typeof JSON_TYPE;

/**
 * The type to answer in, by `Accept`: the better weight wins, the more specific range decides its weight. Without the
 * header, or with wildcards only, it is `application/json`, which every client reads. Undefined where neither will do.
 */
export function answerType(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept.trim() === '') return JSON_TYPE;
  const ranges = accept.split(',').map(parseRange);
  const modern = weight(ranges, RESPONSE_JSON);
  const legacy = weight(ranges, JSON_TYPE);
  if (modern === 0 && legacy === 0) return undefined;
  const named = ranges.some(({ type, q }) => type === RESPONSE_JSON && q > 0);
  return modern > legacy || (named && modern === legacy) ? RESPONSE_JSON : JSON_TYPE;
}

interface Range {
  readonly type: string;
  readonly q: number;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((one) => one.startsWith('charset='));
  const q = Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? '1');
  const readable = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  return { type, q: readable && q >= 0 && q <= 1 ? q : 0 };
}

function weight(ranges: readonly Range[], type: string): number {
  const found =
    ranges.find((range) => range.type === type) ??
    ranges.find((range) => range.type === 'application/*') ??
    ranges.find((range) => range.type === '*/*');
  return found?.q ?? 0;
}
