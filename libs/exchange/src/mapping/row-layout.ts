import { matchingForm, parseEdtf } from '@masar/domain';
import type { OrderBy } from '../source/row-order.js';
import type { Layout } from '../source/source-file.js';
import { compileExpression, isBlank, quietly, vocabularyOf } from './expression.js';
import type { Mapping, Order } from './language.js';
import { compileDates, readDateBy } from './steps.js';

/** How the rows of a mapping's file are to be had: which, and in which order. */
export function layoutOf(
  mapping: Pick<Mapping, 'format' | 'unnest' | 'order' | 'reference' | 'tables' | 'dates' | 'empty'>,
): Layout {
  const { format, unnest, order = 'file' } = mapping;
  const layout = { format, ...(unnest && { unnest }) };
  if (order === 'file') return layout;
  if (order === 'reversed') return { ...layout, order };
  return { ...layout, order: compileOrder(mapping, order) };
}

function compileOrder(mapping: Parameters<typeof layoutOf>[0], order: Exclude<Order, string>): OrderBy {
  const words = vocabularyOf(mapping);
  const reference = compileExpression(mapping.reference, words);
  const read = compileExpression(order, words);
  const { formats, zone, timesIn, as = 'date' } = { ...mapping.dates, ...order };
  const patterns = compileDates(formats);
  const keyOf: OrderBy['keyOf'] = (row) => {
    // What cannot be read is a problem of the row when its turn comes, not of its place.
    const { value } = read(quietly(row));
    if (value === null || isBlank(value)) return undefined;
    if (as === 'text') return value;
    if (as === 'number') return Number.isNaN(Number(value)) ? undefined : Number(value);
    const date = readDateBy(value, patterns, { zone, timesIn });
    if (!date) return undefined;
    return date.moment ?? Date.parse(parseEdtf(date.edtf)!.earliest);
  };
  return { keyOf, groupOf: (row) => matchingForm(reference(quietly(row)).value ?? '') };
}
