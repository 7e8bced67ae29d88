import type { Environment } from './environment.js';
import { AuthenticationError } from './errors.js';

/** A bearer token, or where to get one: asked when one is needed, a while before it expires, and when it was refused. */
export type TokenOption = string | (() => string | Promise<string>);

/** How long before its end a token is replaced: a minute, or a tenth of its time where that is less. */
const longestMargin = 60_000;

interface Held {
  readonly token: string;
  /** When to ask for the next, in milliseconds since 1970. Unknown of tokens that are no JWT. */
  readonly renewAt: number | undefined;
}

/** The token of a client, shared by all it asks. */
export class Tokens {
  private held: Held | undefined;
  private asking: Promise<Held> | undefined;

  constructor(
    private readonly option: TokenOption,
    private readonly environment: Environment,
  ) {}

  /** Whether there may be another token than the one refused. */
  get renewable(): boolean {
    return typeof this.option === 'function';
  }

  /** One to use now. @throws what the `token` function throws */
  async current(): Promise<string> {
    const { held } = this;
    if (held && (held.renewAt === undefined || this.environment.now() < held.renewAt)) return held.token;
    return (await this.renew()).token;
  }

  /** The service did not take it: the next is asked for. */
  refused(token: string): void {
    if (this.held?.token === token) this.held = undefined;
  }

  /** When a connection that uses this token should have the next, in milliseconds since 1970. */
  renewalOf(token: string): number | undefined {
    return this.renewable && this.held?.token === token ? this.held.renewAt : undefined;
  }

  /** Asks for another token than this, before it expires. @returns whether there is one */
  async replace(token: string): Promise<boolean> {
    if (this.held?.token !== token) return true;
    return (await this.renew()).token !== token;
  }

  private renew(): Promise<Held> {
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async ask(): Promise<Held> {
    const token = typeof this.option === 'function' ? await this.option() : this.option;
    if (typeof token !== 'string' || token === '') {
      throw new AuthenticationError(
        '`token` is no token, or is empty: give a string, or a function that returns one',
      );
    }
    this.held = { token, renewAt: renewAt(token, this.environment.now()) };
    return this.held;
  }
}

/** When to ask for the token that follows. Read from a JWT without checking it, which is the service's to do. */
function renewAt(token: string, now: number): number | undefined {
  const expires = expiryOf(token);
  if (expires === undefined) return undefined;
  return expires - Math.min(longestMargin, Math.max(0, expires - now) / 10);
}

function expiryOf(token: string): number | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const expires = (claims as { exp?: unknown } | null)?.exp;
    return typeof expires === 'number' ? expires * 1000 : undefined;
  } catch {
    return undefined;
  }
}
