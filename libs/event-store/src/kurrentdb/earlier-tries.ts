import { refusals } from '../appending/append-request.js';
import { StoreError } from '../errors.js';
import { claimsOf, type KurrentAppend, type Revisions } from './kurrent-append.js';
import type { KurrentConnection } from './kurrent-connection.js';
import type { Claim, LogLookup } from './log-lookup.js';
import type { StreamNames } from './names.js';
import { readPatiently } from './patiently.js';
import { readServerStream } from './reading.js';

/**
 * An append with ids that are on their way to other revisions of its stream may be a retry of what was meant for those,
 * and the server would not know it again. So it is looked for there first. Only where another event stands there, which
 * is for good, can the earlier try no longer come to stand, and the claims are moved to where this one is meant for.
 */
export class EarlierTries {
  constructor(
    private readonly connection: KurrentConnection,
    private readonly names: StreamNames,
    private readonly lookup: Pick<LogLookup, 'move'>,
    /** By when everything has to end, where the store is being closed. */
    private readonly endBy: () => number,
  ) {}

  /**
   * @param places where its ids are, in the log or as claims for other revisions
   * @returns where all of it stands; `none` where nothing of it does or ever will, so that it may be sent; `again` where
   *   somebody else moved the claims meanwhile
   * @throws StoreError `OUTCOME_UNKNOWN`, `PARTIAL_DUPLICATE`, `UNSAFE_STORE`, `UNAVAILABLE`
   */
  async look(append: KurrentAppend, places: readonly Claim[]): Promise<Revisions | 'none' | 'again'> {
    const there = await this.onServer(append, places);
    const open = places.find(({ revision }) => !there.has(revision));
    if (open) throw onItsWay(open);
    const standing = places.filter(({ id, revision }) => there.get(revision) === id);
    if (standing.length === append.ids.length) {
      const revisions = standing.map(({ revision }) => revision);
      return { first: Math.min(...revisions), last: Math.max(...revisions) };
    }
    if (standing.length > 0) throw refusals.partial();
    const own = new Map(claimsOf(append).map((claim) => [claim.id, claim]));
    const moved = await this.lookup.move(
      places,
      places.map(({ id }) => own.get(id)!),
    );
    return moved ? 'none' : 'again';
  }

  /** The ids of the events that stand there, as far as there are any. */
  private async onServer(
    { stream, ids, deadline }: KurrentAppend,
    places: readonly Claim[],
  ): Promise<ReadonlyMap<number, string>> {
    const there = new Map<number, string>();
    for (const { revision } of places.toSorted((a, b) => a.revision - b.revision)) {
      if (there.has(revision)) continue;
      const range = { from: revision, limit: ids.length };
      const page = await readPatiently(
        () => readServerStream(this.connection, this.names.onServer(stream), range),
        Math.min(deadline, this.endBy()) - Date.now(),
        'this try wrote nothing',
      );
      for (const { id, revision: at } of page) there.set(Number(at), id.toLowerCase());
      if (page.length === 0) break;
    }
    return there;
  }
}

function onItsWay({ id, stream, revision }: Claim): StoreError {
  return new StoreError(
    'OUTCOME_UNKNOWN',
    `an earlier try of event ${id} was meant to be revision ${revision} of stream ${stream}, which the stream does not have yet; this try wrote nothing: retry that one with the same ids`,
  );
}
