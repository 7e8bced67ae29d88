import type { Visibility } from '@masar/access';

import { ApiError } from './errors/api-error.js';
import type { PinnedRead } from './read-side.js';

/**
 * What reading needs, and no more: what may be seen, one position to read at, and loaders that live as long. It knows
 * nothing of who asks, so that what is read through it can be shown to all who may see the same.
 */
export class ReadContext<P extends PinnedRead = PinnedRead> {
  private readonly loaders = new Map<unknown, unknown>();

  constructor(
    readonly visibility: Visibility,
    private readonly pin: () => Promise<P>,
  ) {}

  /** @throws ApiError `FORBIDDEN` unless this programme may be read */
  requireRead(programme: string): void {
    if (!this.visibility.mayRead(programme)) throw forbidden('read', programme);
  }

  /** The one position everything is read at: the same for all who ask. */
  pinned(): Promise<P> {
    return this.pin();
  }

  /** A loader that lives as long as this, made at first use: `key` is any value, usually the class of the loader. */
  loader<L>(key: unknown, make: () => L): L {
    if (!this.loaders.has(key)) this.loaders.set(key, make());
    return this.loaders.get(key) as L;
  }
}

/** The refusal of what the roles do not allow. */
export function forbidden(permission: string, programme?: string): ApiError {
  const where = programme === undefined ? '' : ' in this programme';
  return new ApiError('FORBIDDEN', `your roles do not allow you to ${permission}${where}`, { permission });
}
