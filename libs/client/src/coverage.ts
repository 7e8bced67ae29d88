/** A place in one log, to begin or to go on after. */
export interface Cursor {
  /** 1, 2, 3, …; 0 is before the first event. */
  readonly position: number;
  /** The log it is a place in. Another log, or another epoch of it, is then noticed at once. */
  readonly logId?: string | undefined;
  /** New after each restore. */
  readonly epoch?: number | undefined;
}

/** The contiguous range of the log a message says was examined: nothing asked for lies in (after, upTo] but what was sent. */
export interface Covers {
  readonly after: number;
  readonly upTo: number;
  readonly logId: string;
  readonly epoch: number;
}

/** What the proof of completeness needs of a message. */
export interface Covering {
  /** Of the event it is about. Messages about one event share it, and only the last of them covers it. */
  readonly position: number;
  readonly covers: Covers;
}

/** What a message is to those before it. */
export type Continuation<M> =
  /** All messages up to a position: `passed` may go on. None, while more about one event are to come. */
  | { readonly kind: 'continues'; readonly passed: readonly M[] }
  /** It was covered before. */
  | { readonly kind: 'duplicate' }
  /** Between `upTo` of the last and `after` of this one nothing is known. */
  | { readonly kind: 'gap' }
  /** It is of another log, or of another epoch. */
  | { readonly kind: 'rewound' };

/**
 * The chain of what was covered so far: each message has to begin where the last one ended. Messages about one event are
 * held until the last of them, so that whoever goes on after `proven` meets each message once.
 */
export class Coverage<M extends Covering> {
  private held: M[] = [];
  private log: { readonly logId?: string; readonly epoch?: number };
  private position: number | undefined;
  private last: number | undefined;

  /** @param start where to begin; unknown where the first message says it */
  constructor(start: Cursor | undefined) {
    const { position, ...log } = start ?? {};
    this.log = log;
    this.position = position;
    this.last = position;
  }

  /** Up to where everything was passed on. */
  get proven(): Cursor | undefined {
    return this.position === undefined ? undefined : { position: this.position, ...this.log };
  }

  /** How many messages wait for the last one about their event. */
  get waiting(): number {
    return this.held.length;
  }

  /** The connection begins anew after `proven`: what was held comes again. */
  resume(): void {
    this.held = [];
    this.last = this.position;
  }

  /** Where it begins, where nobody has said so yet. */
  beginAfter(position: number): void {
    this.position ??= position;
    this.last ??= position;
  }

  /** The log there is: as good as any, where nobody has said which is followed. */
  adopt({ logId, epoch }: Cursor): void {
    this.log = { ...(logId !== undefined && { logId }), ...(epoch !== undefined && { epoch }), ...this.log };
  }

  /** Whether a log is the one followed so far. */
  isSameLog({ logId, epoch }: { readonly logId?: string; readonly epoch?: number }): boolean {
    return agree(this.log.logId, logId) && agree(this.log.epoch, epoch);
  }

  accept(message: M): Continuation<M> {
    const { after, upTo, logId, epoch } = message.covers;
    if (!this.isSameLog(message.covers)) return { kind: 'rewound' };
    const last = this.last ?? after;
    if (upTo < after || after > last || (after < last && upTo > last)) return { kind: 'gap' };
    if (after < last) return { kind: 'duplicate' };
    this.last = upTo;
    this.held.push(message);
    if (this.held.some(({ position }) => position > upTo)) return { kind: 'continues', passed: [] };
    const passed = this.held;
    this.held = [];
    this.position = upTo;
    this.log = { logId, epoch };
    return { kind: 'continues', passed };
  }
}

function agree<T>(known: T | undefined, said: T | undefined): boolean {
  return known === undefined || said === undefined || known === said;
}
