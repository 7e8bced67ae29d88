// JSON allows no control character in a string.
const token =
  /[ \t\n\r]*(?:("[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/y;

type Wanted = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

/**
 * Where a text stops being JSON (RFC 8259), as an index from 0; the text's length where it ends too early. The message
 * of JSON.parse does not say so in every version of V8.
 */
export function jsonFaultAt(text: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) return at + (/[ \t\n\r]*/y.exec(text.slice(at))?.[0].length ?? 0);
    const [whole, string, literal, sign] = match;
    const start = at + whole.length - (string ?? literal ?? sign)!.length;
    const next = after(wanted, sign ?? (string === undefined ? 'literal' : 'string'), open);
    if (next === undefined) return start;
    wanted = next;
    at += whole.length;
  }
}

/** What is wanted after a token; undefined where the token is not wanted. */
function after(wanted: Wanted, found: string, open: ('{' | '[')[]): Wanted | undefined {
  const closed = (): Wanted => {
    open.pop();
    return open.length === 0 ? 'nothing' : 'commaOrEnd';
  };
  const inMap = open.at(-1) === '{';
  if (wanted === 'colon') return found === ':' ? 'value' : undefined;
  if (wanted === 'commaOrEnd') {
    if (found === ',') return inMap ? 'key' : 'value';
    return found === (inMap ? '}' : ']') ? closed() : undefined;
  }
  if (wanted === 'key' || wanted === 'keyOrEnd') {
    if (found === 'string') return 'colon';
    return found === '}' && wanted === 'keyOrEnd' ? closed() : undefined;
  }
  if (wanted === 'nothing') return undefined;
  if (found === '{' || found === '[') {
    open.push(found);
    return found === '{' ? 'keyOrEnd' : 'valueOrEnd';
  }
  if (found === ']' && wanted === 'valueOrEnd') return closed();
  if (found !== 'string' && found !== 'literal') return undefined;
  return open.length === 0 ? 'nothing' : 'commaOrEnd';
}
