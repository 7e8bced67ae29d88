/** What `$tb` is of a stream that was deleted softly. */
const deletedBefore = 2 ** 63;

/** @returns the name of the stream that holds a stream's metadata */
export function metadataStreamOf(stream: string): string {
  return `$$${stream}`;
}

/** @returns the stream a metadata stream is of; undefined for any other */
export function originalOf(stream: string): string | undefined {
  return stream.startsWith('$$') ? stream.slice(2) : undefined;
}

/** What hides events of a stream from its readers, though not from those of `$all`. */
export class StreamMetadata {
  /** Of a metadata stream itself: only its last event counts. */
  static readonly ofMetadataStreams = new StreamMetadata({ $maxCount: 1 });
  private readonly maxAgeMs: number;
  private readonly maxCount: number;
  private readonly truncateBefore: number;

  private constructor(given: Readonly<Record<string, unknown>>) {
    const number = (name: string) => (typeof given[name] === 'number' ? given[name] : undefined);
    this.maxAgeMs = (number('$maxAge') ?? Infinity) * 1000;
    this.maxCount = number('$maxCount') ?? Infinity;
    this.truncateBefore = number('$tb') ?? 0;
  }

  /** What cannot be read counts as nothing, as with the server. */
  static from(json: Buffer | undefined): StreamMetadata {
    return new StreamMetadata(parsed(json?.toString('utf8') ?? '{}'));
  }

  /** @returns the bytes of metadata like those given, but for what is truncated */
  static changed(json: Buffer | undefined, change: 'deleted' | { readonly $tb: number }): Buffer {
    const { $tb: _, ...rest } = parsed(json?.toString('utf8') ?? '{}');
    // The greatest revision there is, which JSON.stringify would round.
    const before = change === 'deleted' ? '9223372036854775807' : String(change.$tb);
    const others = JSON.stringify(rest).slice(1, -1);
    return Buffer.from(`{${others}${others === '' ? '' : ','}"$tb":${before}}`, 'utf8');
  }

  get isDeleted(): boolean {
    return this.truncateBefore >= deletedBefore;
  }

  /** @param length how many revisions the stream has had */
  firstVisible(length: number): number {
    return Math.max(this.truncateBefore, length - this.maxCount);
  }

  isExpired(created: number, now: number): boolean {
    return created + this.maxAgeMs < now;
  }
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
