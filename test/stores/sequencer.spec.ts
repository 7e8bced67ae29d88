import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { comparable, OrderedLogFixture } from './support/ordered-log-fixture.js';

let fixture: OrderedLogFixture;
let database: string;
beforeAll(async () => {
  fixture = await OrderedLogFixture.start();
}, 120_000);
beforeEach(async () => {
  await fixture.anew();
  database = await fixture.postgres.createDatabase();
});
afterEach(() => fixture.closeLogs());
afterAll(() => fixture?.stop(), 60_000);

describe('the ordered log of a server', () => {
  it('has each event once, in the order of the server, at dense positions, whenever it was written', async () => {
    for (let n = 0; n < 30; n += 1)
      fixture.write(`early-${n % 7}`, [{ data: { n } }, { data: { n, and: 1 } }]);
    const log = await fixture.open(database);
    await fixture.state(log, 'following');
    for (let n = 0; n < 30; n += 1) fixture.write(`late-${n % 5}`, [{ data: { n } }]);
    const events = await fixture.sequenced(log);
    expect(events).toMatchObject(fixture.expected);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
    expect(await log.sequencing.state()).toMatchObject({
      state: 'following',
      why: null,
      holder: true,
      position: 90,
    });
  });

  it('keeps type, envelope, bytes and salt as they are on the server, letter for letter', async () => {
    const id = randomUUID();
    const data = { 'text\u0001"\\': 'مسار \u2028 😀', n: 2 ** 53 - 1 };
    fixture.write('letters', [{ id, type: 'Type "with" \\ and, {braces}', data }]);
    const log = await fixture.open(database);
    const [event] = await fixture.sequenced(log);
    expect(event).toMatchObject({
      id,
      type: 'Type "with" \\ and, {braces}',
      bytes: JSON.stringify(data),
      effective: '2017-02',
      decidedOn: null,
      actor: { subject: 'sample-recorder' },
    });
  });

  it('records each event at the time it was stamped, or at that of the one before where clocks go back', async () => {
    const at = (second: number) => `2017-02-07T10:00:${String(second).padStart(2, '0')}.000001Z`;
    fixture.write('a', [{ stampedAt: at(5) }, { stampedAt: at(3) }]);
    fixture.write('b', [{ stampedAt: at(7) }]);
    fixture.write('a', [{ stampedAt: at(1) }, { stampedAt: at(7) }, { stampedAt: at(9) }]);
    const log = await fixture.open(database);
    await fixture.sequenced(log);
    fixture.write('c', [{ stampedAt: at(2) }, { stampedAt: at(10) }]);
    const events = await fixture.sequenced(log, 8);
    expect(events.map(({ recordedAt }) => recordedAt)).toEqual([5, 5, 7, 7, 7, 9, 9, 10].map(at));
  });

  it('that is dropped and written anew has the same positions, times, bytes, salts and identity', async () => {
    for (let n = 0; n < 400; n += 1) {
      fixture.write(`s-${n % 11}`, [
        { data: { n }, stampedAt: `2017-02-07T10:00:00.${100_000 + ((n * 7919) % 800_000)}Z` },
      ]);
    }
    const first = await fixture.open(database);
    const before = comparable(await fixture.sequenced(first));
    const identity = await first.database.log.identity();
    await fixture.close(first);
    const second = await fixture.open(await fixture.postgres.createDatabase());
    expect(comparable(await fixture.sequenced(second))).toEqual(before);
    expect(await second.database.log.identity()).toEqual(identity);
  });
});
