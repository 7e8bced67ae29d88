import type { Grants, Permission } from '@masar/access';
import type { OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';

import { ApiError } from './errors/api-error.js';
import type { PinnedRead, ReadSide, ReadStamp } from './read-side.js';

/** What one request carries through its resolvers: the GraphQL context itself. */
export class RequestContext<P extends PinnedRead = PinnedRead> {
  /** The greatest `atLeast` among the operation's root fields; set before execution. */
  atLeast: number | undefined;
  /** The operation the client named, checked against the one the document has. */
  operationName: string | undefined;
  /** True where only a query may run, as on a GET. */
  readOnly = false;
  /** What the document turned out to ask for; known before execution. */
  operation: OperationTypeNode | undefined;
  private pin: Promise<P> | undefined;
  private readonly loaders = new Map<unknown, unknown>();

  constructor(
    /** Id of the request, in its log lines and its `X-Request-Id`. */
    readonly id: string,
    readonly grants: Grants,
    readonly log: Logger,
    private readonly reads: ReadSide,
  ) {}

  /** Who asks, as events record it. */
  get actor(): { subject: string; organisation?: string } {
    const { subject, organisation } = this.grants;
    return organisation === undefined ? { subject } : { subject, organisation };
  }

  /** @throws ApiError `FORBIDDEN` unless the roles allow it, in this programme where one is named */
  require(permission: Permission, programme?: string): void {
    if (this.grants.may(permission, programme)) return;
    const where = programme === undefined ? '' : ' in this programme';
    throw new ApiError('FORBIDDEN', `your roles do not allow you to ${permission}${where}`, { permission });
  }

  /**
   * A reporter speaks for the organisation in the token and for no other: to be asked where a command carries the word
   * of an organisation, after the permission, with the reference as the input spells it.
   *
   * @example request.requireOrganisation(input.organisation);
   * @throws ApiError `FORBIDDEN` for another organisation, or a token that speaks for none
   */
  requireOrganisation(organisation: string): void {
    if (this.grants.speaksFor(organisation)) return;
    throw new ApiError('FORBIDDEN', 'your token does not speak for this organisation', {
      permission: 'report',
    });
  }

  /** The one position this request is answered at: taken when first asked for, the same for all who ask. */
  pinned(): Promise<P> {
    return (this.pin ??= this.reads.pin(this.atLeast) as Promise<P>);
  }

  /** A loader that lives as long as the request, made at first use: `key` is any value, usually the class of the loader. */
  loader<L>(key: unknown, make: () => L): L {
    if (!this.loaders.has(key)) this.loaders.set(key, make());
    return this.loaders.get(key) as L;
  }

  /** Up to where this answer is true: the pin's stamp, or where reads stand for an answer that read nothing. */
  async stamp(): Promise<ReadStamp | undefined> {
    if (this.pin === undefined) return this.reads.stamp();
    return this.pin.then(
      (pinned) => pinned.stamp,
      () => this.reads.stamp(),
    );
  }

  /** Gives back what the pin holds; never fails. */
  async release(): Promise<void> {
    const pinned = await this.pin?.catch(() => undefined);
    pinned?.release?.();
  }
}
