import { StoreError } from '../errors.js';

/** What tells one log from another on a server, where several programmes share it. */
export const defaultPrefix = 'masar';

const allowed = /^[A-Za-z0-9_.]{1,64}$/;

/**
 * The names of a log's streams on the server: `<prefix>-<stream>`. A prefix holds no hyphen, so that no prefix followed
 * by one is the beginning of another's names.
 */
export class StreamNames {
  /** What the names of all streams begin with. */
  readonly all: string;
  /** What the names of their metadata streams begin with. */
  readonly metadata: string;
  /** The stream that says which log this is; no name of an event's stream. */
  readonly identity: string;

  /** @throws StoreError `UNSAFE_STORE` for a prefix that cannot be told from others' names */
  constructor(readonly prefix: string = defaultPrefix) {
    if (!allowed.test(prefix)) {
      throw new StoreError(
        'UNSAFE_STORE',
        `KURRENTDB_PREFIX ${JSON.stringify(prefix)} has to be 1 to 64 letters, digits, points and underscores`,
      );
    }
    this.all = `${prefix}-`;
    this.metadata = `$$${prefix}-`;
    this.identity = `${prefix}.log`;
  }

  onServer(stream: string): string {
    return this.all + stream;
  }

  /** The stream's own name, or undefined for a stream of somebody else. */
  fromServer(name: string): string | undefined {
    return name.startsWith(this.all) ? name.slice(this.all.length) : undefined;
  }
}
