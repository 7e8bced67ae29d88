import { Refusal, normaliseProgramme, normaliseReference } from '@masar/domain';

/** A programme as rows carry it; null, which matches none, for what can be no programme. */
export function programmeKey(reference: string): string | null {
  return matched(() => normaliseProgramme(reference));
}

/** A reference as rows carry it; null, which matches none, for what can be no reference. */
export function referenceKey(reference: string): string | null {
  return matched(() => normaliseReference(reference));
}

/** Looking for what nothing can be called is no mistake: it finds nothing. */
function matched(normalise: () => string): string | null {
  try {
    return normalise();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
