import { Grants, type Role, type RolesByProgramme } from '@masar/access';
import { parse } from 'graphql';
import type { Outlet } from '../../apps/api/src/platform/websocket/live-source.js';
import type { Service } from '../../apps/api/src/composition/service.js';
import { type LiveField, liveDocument } from './live-documents.js';
import { type LiveMessage, Trail } from './trail.js';

export interface FollowAs {
  readonly role?: Role;
  readonly roles?: RolesByProgramme;
  readonly document?: string;
}

/** A follower within the process of the service, without a socket: what it is sent is kept. */
export class LiveOutlet implements Outlet {
  readonly trail = new Trail();
  readonly messages: LiveMessage[] = [];
  backlog = 0;
  /** The error it was ended with, if it was. */
  ended: { readonly extensions?: Readonly<Record<string, unknown>> } | undefined;
  private leaving: () => void = () => undefined;
  private taking: () => void = () => undefined;

  private constructor(private readonly field: LiveField) {}

  /** Begins to follow: with one role for every programme, or with roles by programme. */
  static async follow(
    { live }: Service,
    field: LiveField,
    variables: Readonly<Record<string, unknown>>,
    { role = 'analyst', roles = { '*': [role] }, document = liveDocument(field) }: FollowAs = {},
  ): Promise<LiveOutlet> {
    const outlet = new LiveOutlet(field);
    const { visibility } = new Grants('a-test', roles);
    const following = await live.follow({ document: parse(document), variables, visibility }, outlet);
    outlet.leaving = () => following.end();
    return outlet;
  }

  send(text: string): void {
    const { data, errors } = JSON.parse(text) as { data: Record<string, LiveMessage>; errors?: unknown };
    if (errors !== undefined) throw new Error(`sent with errors: ${text}`);
    this.messages.push(data[this.field]!);
    this.trail.take(data[this.field]!);
  }

  drained(): Promise<void> {
    return new Promise((resolve) => (this.taking = resolve));
  }

  end(error: unknown): void {
    this.ended = error as typeof this.ended;
  }

  leave(): void {
    this.leaving();
  }

  /** Takes nothing more, until it {@link take}s it all. */
  stall(): void {
    this.backlog = Number.MAX_SAFE_INTEGER;
  }

  take(): void {
    this.backlog = 0;
    this.taking();
  }

  get upTo(): number {
    return this.trail.upTo ?? -1;
  }

  types(): string[] {
    return this.messages.map(({ __typename }) => __typename);
  }

  /** Messages of one type. */
  of<T = LiveMessage>(type: string): T[] {
    return this.messages.filter(({ __typename }) => __typename === type) as T[];
  }
}
