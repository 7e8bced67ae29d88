interface Held {
  connections: number;
  subscriptions: number;
}

/** How much each user holds on this node. Whoever holds nothing takes no room. */
export class Users {
  private readonly held = new Map<string, Held>();

  /** How many hold anything. */
  get size(): number {
    return this.held.size;
  }

  /** Takes one more, unless that is more than `most`. @returns whether it was taken */
  take(subject: string, what: keyof Held, most: number): boolean {
    const held = this.held.get(subject) ?? { connections: 0, subscriptions: 0 };
    if (held[what] >= most) return false;
    held[what] += 1;
    this.held.set(subject, held);
    return true;
  }

  /** Gives one back. */
  give(subject: string, what: keyof Held): void {
    const held = this.held.get(subject);
    if (!held) return;
    held[what] -= 1;
    if (held.connections + held.subscriptions === 0) this.held.delete(subject);
  }
}
