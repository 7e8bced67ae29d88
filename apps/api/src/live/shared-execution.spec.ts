import { describe, expect, it } from '@jest/globals';
import { Visibility } from '@masar/access';
import { StoreError } from '@masar/event-store';
import { ReadModelError } from '@masar/read-models';
import { buildSchema, parse } from 'graphql';
import type { Pool } from 'pg';
import { ApiError } from '../platform/errors/api-error.js';
import { ReadContext } from '../platform/read-context.js';
import { bodyDocument } from './body-document.js';
import { ItemHidden } from './item-hidden.js';
import type { Message } from './message.js';
import { Pins } from './pins.js';
import { type SharedContext, SharedExecution } from './shared-execution.js';
import { SharedTexts } from './shared-text.js';
import { Slots } from './slots.js';

const schema = buildSchema(`
  scalar Position
  type Query { none: Int }
  type Covers { after: Position! upTo: Position! logId: ID! epoch: Int! }
  type Told { position: Position! covers: Covers! fine: String broken: String needed: String! }
  type Subscription { events: Told! }
`);
const asked = '{ events { position covers { after upTo logId epoch } fine broken } }';

function execution(text = asked, isFollowed = () => true) {
  const pinned = { position: 9, from: () => '', state: () => 'running' };
  const reads = { pin: () => Promise.resolve({ pinned, stamp: {} } as never), stamp: () => undefined };
  const faults: unknown[] = [];
  const texts = new SharedTexts();
  const parts = {
    schema,
    pool: {} as Pool,
    pins: new Pins(reads, new AbortController().signal, 0),
    identity: { logId: 'log', epoch: 2 },
    errors: { fault: (error: unknown) => void faults.push(error), count: () => undefined },
    texts,
    slots: { live: new Slots(1), behind: new Slots(1) },
  };
  const body = bodyDocument(parse(`subscription ${text}`), {});
  const shared = new SharedExecution(parts, {
    field: 'events',
    body,
    visibility: new Visibility(['p'], []),
    isFollowed,
  });
  return { shared, faults, texts };
}

function message(fields: object, key = 'm'): Message {
  return { key, type: 'EventRecorded', position: 9, upTo: 9, fields: { read: () => fields } };
}

const word = (fields: object, text?: string) => execution(text).shared.word(message(fields), 9, 'live');

describe('a shared execution', () => {
  it('knows nothing of a user: its context has no such thing, or this does not compile', async () => {
    type Has<K extends PropertyKey> = K extends keyof SharedContext ? true : false;
    const knows: {
      readonly [
        K in 'grants' | 'actor' | 'id' | 'log' | 'require' | 'requireOrganisation' | 'operationName'
      ]: Has<K>;
    } = {
      grants: false,
      actor: false,
      id: false,
      log: false,
      require: false,
      requireOrganisation: false,
      operationName: false,
    };
    expect(Object.values(knows)).not.toContain(true);
    let context: unknown;
    await word({ fine: (_args: object, given: unknown) => String((context = given)) });
    expect(Object.getPrototypeOf(context)).toBe(ReadContext.prototype);
    expect(Object.keys(context as object).sort()).toEqual(['loaders', 'pin', 'visibility']);
  });

  it('words a message once, with the log it is of and everybody’s own position', async () => {
    const { shared, texts } = execution();
    let times = 0;
    const fields = {
      get fine() {
        return `asked ${(times += 1)} times`;
      },
    };
    const [one, other] = await Promise.all([1, 2].map(() => shared.word(message(fields), 9, 'live')));
    expect(one).toBe(other);
    expect(JSON.parse(one!.from(4))).toEqual({
      data: {
        events: {
          position: 9,
          covers: { after: 4, upTo: 9, logId: 'log', epoch: 2 },
          fine: 'asked 1 times',
          broken: null,
        },
      },
    });
    expect(texts.made).toBe(1);
  });

  it('does not read what is not asked for', async () => {
    const fields = {
      get fine(): string {
        throw new Error('read');
      },
    };
    await expect(word(fields, '{ events { position covers { after upTo } } }')).resolves.toBeDefined();
  });

  it('stands with its errors where a field that may be missing failed, masked as everywhere', async () => {
    const { shared, faults } = execution();
    const fields = { fine: 'yes', broken: () => Promise.reject(new Error('a secret')) };
    const answer = JSON.parse((await shared.word(message(fields), 9, 'live')).from(1));
    expect(answer.data.events).toMatchObject({ fine: 'yes', broken: null });
    expect(answer.errors).toEqual([
      expect.objectContaining({
        path: ['events', 'broken'],
        extensions: expect.objectContaining({ code: 'INTERNAL' }),
      }),
    ]);
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(faults).toHaveLength(1);
  });

  it('is no message where its range is lost, and where a read model it needs stands still', async () => {
    const lost = { needed: () => Promise.reject(new ApiError('FORBIDDEN', 'no')) };
    await expect(word(lost, '{ events { position needed } }')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const halted = {
      broken: () => Promise.reject(new ReadModelError('READ_MODEL_HALTED', 'items', 'halted')),
    };
    await expect(word(halted)).rejects.toMatchObject({ code: 'READ_MODEL_HALTED' });
  });

  it('leaves what waits to be made once nobody follows any more', async () => {
    let isFollowed = true;
    let made = 0;
    const { shared } = execution(asked, () => isFollowed);
    const fields = { fine: () => Promise.resolve(String((made += 1))) };
    const words = ['a', 'b', 'c'].map((key) => shared.word(message(fields, key), 9, 'behind'));
    isFollowed = false;
    const settled = await Promise.allSettled(words);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(made).toBe(1);
  });

  it('is no message of an item that is hidden meanwhile, and no fault', async () => {
    const { shared, faults } = execution('{ events { position needed } }');
    const fields = { needed: () => Promise.reject(new ItemHidden('p/a')) };
    await expect(shared.word(message(fields), 9, 'live')).rejects.toBeInstanceOf(ItemHidden);
    expect(faults).toEqual([]);
  });

  it('is tried again for as long as the store does not answer, and only then', async () => {
    let failures = 2;
    const fields = {
      fine: () =>
        failures-- > 0 ? Promise.reject(new StoreError('UNAVAILABLE', 'gone')) : Promise.resolve('back'),
    };
    const text = await word(fields);
    expect(JSON.parse(text.from(1)).data.events.fine).toBe('back');
    expect(failures).toBe(-1);
  });
});
