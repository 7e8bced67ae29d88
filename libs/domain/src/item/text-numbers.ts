import type { StandingEntry } from './standing.js';
import { textChangeOf } from './text-versions.js';

/**
 * Gives each entry that brings words the number of its text version: 1, 2, 3, … in the order of recording. So a number
 * means the same version for ever, whatever is recorded late or undone afterwards.
 *
 * @param recorded all entries of an item, in the order of recording
 */
export function withTextVersions(recorded: readonly StandingEntry[]): StandingEntry[] {
  let textVersion = 0;
  return recorded.map((standing) => {
    const { entry } = standing;
    if (!textChangeOf(entry.event)) return standing;
    textVersion += 1;
    return { ...standing, entry: { ...entry, event: { ...entry.event, textVersion } } };
  });
}
