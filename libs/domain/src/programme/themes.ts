import { type Dated, withDates } from '../event.js';
import { type Histories, type Stretch, historyOf, stretchOn, stretchesOf } from '../history.js';
import { type Common, type Input, type Named, reasonOf, refuse, requireNew, spoken } from './named.js';

/*
 * The storage format of the themes of a programme, on its stream. Add fields, never rename.
 */
export interface ThemeEvent {
  readonly type: 'ThemeRegistered';
  readonly data: Common & Named;
}

/** The themes of a programme, each with its history. */
export interface Themes {
  readonly reference: string;
  readonly themes: Histories<ThemeEvent>;
}

/** The stretches of a theme: one, from its registration on. */
export function themeStretches({ themes }: Pick<Themes, 'themes'>, reference: string): Stretch<Named>[] {
  return stretchesOf<ThemeEvent, Named>(historyOf(themes, reference), (_state, { event }) => ({
    reference: event.data.reference,
    name: event.data.name,
  }));
}

/**
 * The theme, which must be there on that day.
 *
 * @throws Refusal `NOT_FOUND`, at `path`
 */
export function requireTheme(
  programme: Pick<Themes, 'themes'>,
  reference: string,
  on: string | null,
  path: string,
): Named {
  const stretches = themeStretches(programme, reference);
  const state = stretchOn(stretches, on)?.state;
  if (state) return state;
  const message =
    stretches.length > 0
      ? `theme ${reference} was not there yet on ${spoken(on)}: it is registered with a later date`
      : `theme ${reference} is not registered: register it first`;
  return refuse('NOT_FOUND', path, message);
}

export function registerTheme(programme: Themes, input: Input<Named>): Dated<ThemeEvent> {
  const data = { ...requireNew(programme, programme.themes, 'theme', input), ...reasonOf(input) };
  return withDates({ type: 'ThemeRegistered', data }, input);
}
