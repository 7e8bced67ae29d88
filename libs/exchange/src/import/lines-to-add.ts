import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { UnmappedValue } from './unmapped.js';

/** Lines to add at one place of a mapping, indented as they stand there. */
export interface LinesToAdd {
  /** Where, dotted: `statuses.states`. */
  readonly under: string;
  /** The line of the mapping to add them behind; undefined where the place is not in the file by itself. */
  readonly behind?: number;
  readonly lines: readonly string[];
}

/** What a report says is unmapped, as lines of the mapping it was imported by. */
export function linesToAdd(mappingText: string, unmapped: readonly UnmappedValue[]): LinesToAdd[] {
  const counter = new LineCounter();
  const document = parseDocument(mappingText, { lineCounter: counter });
  const places = [...new Set(unmapped.map(({ under }) => under))];
  return places.map((under) => {
    const node = document.getIn(under.split('.'), true);
    const values = unmapped.filter((value) => value.under === under);
    if (!isMap(node) || under === 'lookup') {
      const field = under === 'lookup' ? 'in the lookup of ' : '';
      return {
        under,
        lines: values.map(({ add, field: from }) => `    ${add}${field && from ? ` (${field}${from})` : ''}`),
      };
    }
    const keys = node.items.map(({ key }) => key).filter(isScalar);
    const [first] = keys;
    const isFlow = node.flow === true;
    const column = first?.range ? counter.linePos(first.range[0]).col - 1 : 4;
    const last = node.items.at(-1)?.value;
    const end = isNode(last) && last.range ? last.range[1] : undefined;
    return {
      under,
      ...(end !== undefined && !isFlow && { behind: counter.linePos(end).line }),
      // Within braces entries are separated by commas.
      lines: values.map(
        ({ add }) => ' '.repeat(isFlow ? 6 : column) + (isFlow ? add.replace(/ ?#|$/, ', #') : add),
      ),
    };
  });
}
