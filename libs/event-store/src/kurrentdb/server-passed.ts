import type { KurrentConnection } from './kurrent-connection.js';
import type { StreamNames } from './names.js';
import { isBefore, isSame, type Place } from './place.js';
import { glanceAtServer } from './reading.js';
import { endOfServer } from './server-end.js';

/** How long the server looks for more of ours at first; twice that the next time. */
const firstGlanceMs = 1_500;
const longestGlanceMs = 30_000;
/** It is not asked more often than that, though it answer at once. */
const longestPauseMs = 500;

/**
 * Whether a log has everything of ours that its server had when this was first asked. A log's resume point moves with what
 * the server says it has passed, which it says after every thousand events of others, and then may stay short of the end
 * for ever. So the server is asked as well whether it has any of ours behind that point. Where that would take it long, it
 * is left, and asked again when the resume point has come to stand still: by then there is little to look through.
 */
export class ServerPassed {
  private end: { readonly place: Place | null } | undefined;
  private resume: Place | null = null;
  private glanceMs = firstGlanceMs;
  private pauseMs = 25;
  private glanceAt = 0;
  /** The server was left before it had looked through everything. */
  private wasLeft = false;

  constructor(
    private readonly connection: KurrentConnection,
    private readonly names: StreamNames,
  ) {}

  /**
   * @param resume everything at or before it is in the log; null where it was not begun
   * @throws KurrentFault
   */
  async by(resume: Place | null): Promise<boolean> {
    this.end ??= { place: await endOfServer(this.connection) };
    const { place } = this.end;
    if (!place || (resume && !isBefore(resume, place))) return true;
    const hasMoved = resume !== null && !isSame(this.resume ?? undefined, resume);
    this.resume = resume;
    if (hasMoved && this.wasLeft) this.glanceAt = Date.now() + longestPauseMs;
    return Date.now() >= this.glanceAt && this.hasNoneBehind(resume);
  }

  private async hasNoneBehind(resume: Place | null): Promise<boolean> {
    const prefixes = [this.names.all, this.names.metadata];
    // What stands at the resume point itself comes first.
    const range = { ...(resume && { from: resume }), limit: 2, prefixes };
    const { events, isWhole } = await glanceAtServer(this.connection, range, this.glanceMs);
    this.wasLeft = !isWhole;
    this.glanceAt = Date.now() + (isWhole ? this.pauseMs : 2 * this.glanceMs);
    if (isWhole) this.pauseMs = Math.min(longestPauseMs, 2 * this.pauseMs);
    else this.glanceMs = Math.min(longestGlanceMs, 2 * this.glanceMs);
    return isWhole && events.every(({ position }) => resume !== null && isSame(position, resume));
  }
}
