import { Refusal } from '../refusal.js';
import { type LangText, matchingForm, requireText } from '../text.js';
import type { WorkshopCircumstances } from './circumstances.js';

/** A point of the agenda. */
export interface AgendaPoint {
  /** As the agenda numbers it: `1`, `2a`, `٣`. */
  readonly number: string;
  readonly title: LangText;
  /** Ids of the reform items it is about, `<programme>/<reference>`. */
  readonly items?: readonly string[];
  /** Reference of the session it is set down for. */
  readonly session?: string;
}

/*
 * The storage format of a workshop's agenda, on its stream. Add fields, never rename.
 */
export interface AgendaEvent {
  readonly type: 'WorkshopAgendaSet';
  /** All points from now on; the agendas before stay in the log. */
  readonly data: WorkshopCircumstances & { readonly points: readonly AgendaPoint[] };
}

/** At most this many points on an agenda. */
export const maxAgendaPoints = 200;

/** @throws Refusal `INVALID_INPUT` for a point without a number, a number twice, an empty title */
export function requireAgenda(points: readonly AgendaPoint[]): void {
  const seen = new Set<string>();
  const fail = (path: string, message: string) => {
    throw new Refusal('INVALID_INPUT', `${path} ${message}`, [{ path, message }]);
  };
  if (points.length === 0 || points.length > maxAgendaPoints) {
    fail('points', `has ${points.length} points; an agenda has 1 to ${maxAgendaPoints}`);
  }
  points.forEach(({ number, title, items = [] }, index) => {
    const path = `points.${index}`;
    const form = matchingForm(number);
    if (form === '') fail(`${path}.number`, 'is empty: number the point as the agenda does');
    if (seen.has(form)) fail(`${path}.number`, `stands twice on the agenda: ${number}`);
    seen.add(form);
    requireText(title, `${path}.title`);
    if (new Set(items).size < items.length) fail(`${path}.items`, 'names an item twice');
  });
}

/** True where two agendas have the same points in the same order. */
export function sameAgenda(one: readonly AgendaPoint[], other: readonly AgendaPoint[]): boolean {
  // Texts in the order of their languages: a stored event has its keys in another order than an input.
  const spelled = ({ number, title, items = [], session = '' }: AgendaPoint) =>
    JSON.stringify([
      number,
      Object.keys(title)
        .sort()
        .map((tag) => [tag, title[tag]]),
      items,
      session,
    ]);
  return (
    one.length === other.length && one.every((point, index) => spelled(point) === spelled(other[index]!))
  );
}
