import type { Outlet } from '../../platform/websocket/live-source.js';
import { mostBacklog } from '../follower.js';
import type { Pause } from './simulated-log.js';

/** A message as a client has it. */
export interface Told {
  readonly __typename: string;
  readonly position: number;
  readonly covers: { readonly after: number; readonly upTo: number };
  readonly event?: { readonly position: number; readonly stream: string; readonly type: string };
  readonly key?: string;
}

/** A client that takes its time, and keeps what it is told. */
export class SimulatedOutlet implements Outlet {
  readonly told: Told[] = [];
  backlog = 0;
  /** What it was ended with; undefined while it goes on. */
  ended: unknown;
  left = false;
  private leaving: () => void = () => undefined;

  constructor(
    private readonly pause: Pause,
    private readonly onTold: (told: Told) => void = () => undefined,
  ) {}

  send(result: string): void {
    if (this.left || this.ended !== undefined) throw new Error('sent to somebody who is gone');
    const { data, errors } = JSON.parse(result) as { data: { events: Told }; errors?: unknown };
    if (errors !== undefined) throw new Error(`sent with errors: ${result}`);
    this.told.push(data.events);
    this.onTold(data.events);
  }

  /** From here on its peer takes nothing, until it is waited for. */
  stall(): void {
    this.backlog = mostBacklog + 1;
  }

  async drained(): Promise<void> {
    await this.pause();
    await this.pause();
    this.backlog = 0;
  }

  end(error?: unknown): void {
    this.ended = error ?? 'completed';
  }

  onLeave(leave: () => void): void {
    this.leaving = leave;
  }

  leave(): void {
    this.left = true;
    this.leaving();
  }

  get upTo(): number | undefined {
    return this.told.at(-1)?.covers.upTo;
  }

  /** Positions of the events it was told of, in order. */
  get positions(): number[] {
    return this.told
      .filter(({ __typename }) => __typename === 'EventRecorded')
      .map(({ position }) => position);
  }

  /** What does not continue what came before it. */
  faults(after: number): string[] {
    const { told } = this;
    return told.flatMap(({ __typename: type, position, covers }, index) => {
      const before = told[index - 1]?.covers.upTo ?? after;
      const words = `${type} at ${position} covers (${covers.after}, ${covers.upTo}]`;
      if (covers.after !== before) return [`${words}, and ${before} was covered`];
      if (covers.upTo < covers.after) return [`${words}, which ends before it begins`];
      return type === 'EventRecorded' && covers.upTo !== position ? [words] : [];
    });
  }
}
