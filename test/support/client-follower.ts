import { type Follow, MasarError, type MasarDocument, createMasarClient } from '@masar/client';
import { parse } from 'graphql';
import { WebSocket } from 'ws';
import { type LiveFilter, resumedDocument } from './live-documents.js';
import type { FollowOptions, LiveError, RunningFollower } from './live-follower.js';
import { type LiveMessage, Trail } from './trail.js';

/** Follows with the client other people install, used as its README says. */
export class ClientFollower implements RunningFollower {
  readonly trail: Trail;
  connections = 0;
  readonly ended: Promise<LiveError | undefined>;
  private readonly messages: Follow<LiveMessage>;

  constructor({ url, token, field, filter = {}, after, log, patienceMs = 2_000 }: FollowOptions) {
    this.trail = new Trail(after);
    const client = createMasarClient({
      url: url().replace(/^ws/, 'http'),
      token,
      webSocket: WebSocket,
      reconnect: { base: 50, most: 1_000 },
      times: { connect: 5_000, ask: patienceMs, silence: 2 * patienceMs },
    });
    const document = parse(resumedDocument(field)) as MasarDocument<Record<string, LiveMessage>, LiveFilter>;
    this.messages = client.follow(document, filter, {
      ...(after !== undefined && { after: { position: after, ...log } }),
      onStatus: ({ state }) => {
        if (state === 'connecting') this.connections += 1;
      },
    });
    this.ended = this.run();
  }

  async stop(): Promise<void> {
    await this.messages.return();
    await this.ended;
  }

  private async run(): Promise<LiveError | undefined> {
    try {
      for await (const message of this.messages) this.trail.take(message);
      return undefined;
    } catch (error) {
      const { code, message } = error as MasarError;
      const { log } = error as { log?: Record<string, unknown> };
      return { code, message, extensions: { ...log } };
    }
  }
}
