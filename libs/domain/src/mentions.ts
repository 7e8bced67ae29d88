import type { Provision } from './item/classification.js';
import { requireProvision } from './programme/instruments.js';
import { requireOrganisation } from './programme/organisations.js';
import type { Programme } from './programme/programme.js';
import { requireScope } from './programme/scopes.js';
import { requireTheme } from './programme/themes.js';
import { type FieldProblem, Refusal } from './refusal.js';

/** Something of its programme that an input mentions, with the path it stands at. */
export type Mention = { readonly path: string } & (
  | { readonly what: 'organisation' | 'theme' | 'scope'; readonly reference: string }
  | { readonly what: 'provision'; readonly provision: Provision }
);

/** Each reference of a list, at `path.0`, `path.1`, … */
export function mentionsOf(
  what: 'organisation' | 'theme' | 'scope',
  references: readonly string[] | undefined,
  path: string,
): Mention[] {
  return (references ?? []).map((reference, index) => ({ what, reference, path: `${path}.${index}` }));
}

/** One reference, where it is given. */
export function mentionOf(
  what: 'organisation' | 'theme' | 'scope',
  reference: string | undefined,
  path: string,
): Mention[] {
  return reference === undefined ? [] : [{ what, reference, path }];
}

/**
 * What of it the programme had not on a day, one problem each. References stand as they were registered, so that lists and
 * counts meet one spelling of each.
 *
 * @param on EDTF, null for unknown
 */
export function notThere(
  programme: Programme,
  mentions: readonly Mention[],
  on: string | null,
): FieldProblem[] {
  return mentions.flatMap((mention): readonly FieldProblem[] => {
    try {
      const [given, path] =
        mention.what === 'provision'
          ? [mention.provision.instrument, `${mention.path}.instrument`]
          : [mention.reference, mention.path];
      const { reference } = required(programme, mention, on);
      return reference === given
        ? []
        : [{ path, message: `${given} is registered as ${reference}: spell it so` }];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.fields;
    }
  });
}

/** @throws Refusal */
function required(programme: Programme, mention: Mention, on: string | null): { readonly reference: string } {
  switch (mention.what) {
    case 'organisation':
      return requireOrganisation(programme, mention.reference, on, mention.path);
    case 'theme':
      return requireTheme(programme, mention.reference, on, mention.path);
    case 'scope':
      return requireScope(programme, mention.reference, on, mention.path);
    case 'provision':
      return requireProvision(programme, mention.provision, on, mention.path);
  }
}
