interface Bucket {
  tokens: number;
  /** When the tokens were counted, in milliseconds. */
  at: number;
}

/** How often an address may connect: so many a second, and a burst of more when it has not for a while. */
export class ConnectionRate {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {}

  /** How many addresses are remembered. */
  get size(): number {
    return this.buckets.size;
  }

  /** True where one more may connect now, which is then counted. @param now milliseconds that never go back */
  take(address: string, now: number): boolean {
    const bucket = this.buckets.get(address);
    const tokens = bucket ? this.tokensOf(bucket, now) : this.burst;
    this.buckets.set(address, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    return tokens >= 1;
  }

  /** Forgets the addresses that could spend a whole burst again. */
  forget(now: number): void {
    for (const [address, bucket] of this.buckets) {
      if (this.tokensOf(bucket, now) >= this.burst) this.buckets.delete(address);
    }
  }

  private tokensOf({ tokens, at }: Bucket, now: number): number {
    return Math.min(this.burst, tokens + ((now - at) / 1000) * this.perSecond);
  }
}
