import type { Grants, Permission } from '@masar/access';
import type { OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';

import { requirePermission } from './auth/requires.js';
import { ApiError } from './errors/api-error.js';
import { ReadContext } from './read-context.js';
import type { PinnedRead, ReadSide, ReadStamp } from './read-side.js';

/** What one request carries through its resolvers: the GraphQL context itself. */
export class RequestContext<P extends PinnedRead = PinnedRead> extends ReadContext<P> {
  /** The greatest `atLeast` among the operation's root fields; set before execution. */
  atLeast: number | undefined;
  /** The operation the client named, checked against the one the document has. */
  operationName: string | undefined;
  /** True where only a query may run, as on a GET. */
  readOnly = false;
  /** What the document turned out to ask for; known before execution. */
  operation: OperationTypeNode | undefined;
  private taken: Promise<P> | undefined;

  constructor(
    /** Id of the request, in its log lines and its `X-Request-Id`. */
    readonly id: string,
    readonly grants: Grants,
    readonly log: Logger,
    private readonly reads: ReadSide,
  ) {
    super(grants.visibility, () => (this.taken ??= this.reads.pin(this.atLeast) as Promise<P>));
  }

  /** Who asks, as events record it. */
  get actor(): { subject: string; organisation?: string } {
    const { subject, organisation } = this.grants;
    return organisation === undefined ? { subject } : { subject, organisation };
  }

  /** @throws ApiError `FORBIDDEN` unless the roles allow it, in this programme where one is named */
  require(permission: Permission, programme?: string): void {
    requirePermission(this.grants, permission, programme);
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

  /** Up to where this answer is true: the pin's stamp, or where reads stand for an answer that read nothing. */
  async stamp(): Promise<ReadStamp | undefined> {
    if (this.taken === undefined) return this.reads.stamp();
    return this.taken.then(
      (pinned) => pinned.stamp,
      () => this.reads.stamp(),
    );
  }

  /** Gives back what the pin holds; never fails. */
  async release(): Promise<void> {
    const pinned = await this.taken?.catch(() => undefined);
    pinned?.release?.();
  }
}
