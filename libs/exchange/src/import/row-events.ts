import { type Actor, type NewEvent, StoreError, canonicalise, maxEnvelopeBytes } from '@masar/event-store';
import { deriveId, envelop } from '@masar/commands';
import type { Circumstances, Dated, Irregularity, MasarEvent } from '@masar/domain';
import type { ItemStream, ItemStreams } from './item-streams.js';
import type { Write } from './ordered-appends.js';

/** What an import writes for, and as whom. */
export interface ImportContext {
  /** Reference of the programme, as registered. */
  readonly programme: string;
  /** Name of the source. */
  readonly source: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly duplicates: 'refuse' | 'flag';
  readonly illustrative: boolean;
  /** The mapping says what tells rows apart: then a file need not begin where the source does. */
  readonly identified: boolean;
  /** Ask the log for every event before it is written: the store found one of them on another stream. */
  readonly careful: boolean;
}

/** A rule of the import that a row breaks; the message is for the owner of the file. */
export class RowRefused extends Error {
  override readonly name = 'RowRefused';
}

/** A row that was imported before, with other contents. */
export class RowChanged extends Error {
  override readonly name = 'RowChanged';
}

/** Bytes of an envelope beside its data, at most: ids, dates, actor, stream. */
const envelopeBytes = 2_000;

/** The events of one row, staged until the whole row is known to be good. */
export class RowEvents {
  readonly writes: { readonly write: Write; readonly bytes: number }[] = [];
  readonly irregularities: Irregularity[] = [];
  registered = 0;
  /** Events of the row that are in the store already. */
  known = 0;
  /** Those of them that an earlier attempt of this import wrote. */
  rewritten = 0;
  private readonly undo: (() => void)[] = [];
  private readonly commandId: string;

  constructor(
    private readonly context: ImportContext,
    private readonly streams: ItemStreams,
    private readonly row: { readonly identity: string; readonly occurrence: number; readonly digest: string },
  ) {
    this.commandId = rowId(context, row);
  }

  /** Id of what an action of the row writes; the same whenever and by whomever the row is imported. */
  idOf(action: number): string {
    return deriveId('import', this.commandId, action);
  }

  /** Id of what an event causes on a stream: as the worker that finishes what a crash left would have it. */
  effectIdOf(cause: string, stream: string): string {
    return deriveId('effect', cause, stream);
  }

  /** True where the stream has the event already. @throws RowChanged where another content of the row made it */
  has(stream: ItemStream, id: string): boolean {
    const known = stream.known.get(id);
    if (!known) return false;
    if (known.digest !== undefined && known.digest !== this.row.digest) throw new RowChanged();
    this.known += 1;
    if (known.own) {
      this.rewritten += 1;
      this.count(known.own.type, known.own.data);
    }
    return true;
  }

  /** @throws RowRefused an event the store would not take */
  stage(stream: ItemStream, id: string, event: Dated<MasarEvent>, causationId: string | null = null): void {
    const { actor, correlationId } = this.context;
    const [envelope] = envelop(
      { actor, correlationId, commandId: this.commandId },
      [event],
      () => id,
      causationId,
    );
    const bytes = sizeOf(envelope!);
    const after = stream.revision;
    this.undo.push(this.streams.add(stream, id, event, this.row.digest));
    this.writes.push({ write: { stream: stream.name, after, event: envelope! }, bytes });
    this.count(event.type, event.data);
  }

  private count(type: string, data: object): void {
    const { irregularities = [] } = data as Circumstances;
    this.irregularities.push(...irregularities);
    if (type === 'ReformItemRegistered') this.registered += 1;
  }

  onUndo(undo: () => void): void {
    this.undo.push(undo);
  }

  /** Takes back all that was staged. */
  drop(): void {
    for (const undo of this.undo.reverse()) undo();
    this.writes.length = 0;
  }
}

/** Id of the command a row stands for. */
function rowId(
  { programme, source }: ImportContext,
  { identity, occurrence }: { readonly identity: string; readonly occurrence: number },
): string {
  return deriveId('import-row', programme, source, identity, occurrence);
}

function sizeOf(event: NewEvent): number {
  try {
    const bytes = Buffer.byteLength(canonicalise(event.data, 'row')) + envelopeBytes;
    if (bytes <= maxEnvelopeBytes) return bytes;
    throw new RowRefused(
      `takes ${bytes} bytes as an event; at most ${maxEnvelopeBytes} can be stored: shorten its text`,
    );
  } catch (error) {
    if (error instanceof StoreError)
      throw new RowRefused(`holds text that cannot be stored: ${error.message}`);
    throw error;
  }
}
