import type { Provision } from './item/classification.js';
import type { Programme } from './programme.js';
import type { FieldProblem } from './refusal.js';

/** Something of the programme that an input names, with the path it stands at. */
export type Mention = { readonly path: string } & (
  | { readonly what: 'organisation' | 'theme' | 'scope'; readonly reference: string }
  | { readonly what: 'provision'; readonly provision: Provision }
);

/** Each name in a list, at `path.0`, `path.1`, … */
export function mentionsOf(
  what: 'organisation' | 'theme' | 'scope',
  references: readonly string[] | undefined,
  path: string,
): Mention[] {
  return (references ?? []).map((reference, index) => ({ what, reference, path: `${path}.${index}` }));
}

/** What of it the programme has not. References stand as they were registered. */
export function unknownIn(programme: Programme, mentions: readonly Mention[]): FieldProblem[] {
  return mentions.flatMap((name): FieldProblem[] => {
    if (name.what === 'provision') {
      const { instrument } = name.provision;
      return programme.instruments.includes(instrument)
        ? []
        : [missing('instrument', instrument, `${name.path}.instrument`)];
    }
    const { what, reference, path } = name;
    return programme[`${what}s`].includes(reference) ? [] : [missing(what, reference, path)];
  });
}

function missing(what: string, reference: string, path: string): FieldProblem {
  return {
    path,
    message: `names ${reference}, which is no ${what} of the programme at that date: register it first`,
  };
}
