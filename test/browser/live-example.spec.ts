import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { type TestBrowser, startBrowser } from '../support/browser.js';
import { portBelowEphemeralOnes } from '../support/free-port.js';
import { MasarProcess, removeDataFolder, temporaryDataFolder } from '../support/masar-process.js';
import { Scribe } from '../support/scribe.js';
import { until } from '../support/until.js';

const root = join(import.meta.dirname, '../..');

let chromium: TestBrowser;
let folder: string;
let port: number;
let masar: MasarProcess;
const scribe = new Scribe('MOI-2017', 'browser');
let items = 0;

beforeAll(async () => {
  // What a browser loads is the client as it is published; `npm start` builds it as well.
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-b', 'libs/client'], { cwd: root });
  folder = await temporaryDataFolder();
  port = await portBelowEphemeralOnes();
  [chromium, masar] = await Promise.all([startBrowser(), MasarProcess.start(folder, { port })]);
}, 180_000);

afterEach(async () => {
  for (const context of chromium.browser.contexts()) await context.close();
});

afterAll(async () => {
  await chromium?.close();
  await masar?.stop();
  if (folder) await removeDataFolder(folder);
}, 120_000);

/** The page, and everything the browser complained about since. */
async function open(address: string, options: BrowserContextOptions = {}) {
  const context = await chromium.browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  return { page, complaints };
}

/** The address its banner prints, token and all. */
function bannerAddress(): string {
  const found = /^ {2}(\S+\/examples\/live\.html#token=\S+)$/m.exec(masar.output());
  if (!found) throw new Error(`no live example in what it wrote:\n${masar.output()}`);
  return found[1]!;
}

/** Waits for a status of the page; where it does not come, says what the page says instead. */
async function status(page: Page, name: string): Promise<void> {
  const shown = page.locator(`#status[data-status="${name}"]`);
  await shown.waitFor({ timeout: 30_000 }).catch(async (error: unknown) => {
    const instead = await page.locator('#status, #problem').allTextContents();
    throw new Error(`the page is not ${name}, it says: ${instead.join(' · ')}`, { cause: error });
  });
}

/** The counts on the page, without the states no item is in. */
async function countsOn(page: Page): Promise<Record<string, number>> {
  const rows = await page
    .locator('#counts [data-state]')
    .evaluateAll((found) =>
      found.map((row) => [
        (row as HTMLElement).dataset['state'],
        Number(row.querySelector('.number')?.textContent),
      ]),
    );
  return Object.fromEntries(rows.filter(([, count]) => count !== 0)) as Record<string, number>;
}

/** The counts a query says. */
async function countsAsked(): Promise<Record<string, number>> {
  const { itemCounts } = await masar
    .reader('analyst')
    .data('{ itemCounts(programme: "MOI-2017", by: STATE) { value count } }');
  return Object.fromEntries(
    (itemCounts as { value: string; count: number }[])
      .filter(({ count }) => count > 0)
      .map(({ value, count }) => [value, count]),
  );
}

/** The positions of the changes listed, oldest first. */
async function changesOn(page: Page): Promise<number[]> {
  const positions = await page
    .locator('#feed li')
    .evaluateAll((found) => found.map((entry) => Number((entry as HTMLElement).dataset['position'])));
  return positions.reverse();
}

/** The positions of events on items after a position, as a query says. */
async function changesAsked(after: number): Promise<number[]> {
  const { events } = await masar
    .reader('integrator')
    .data(`{ events(after: ${after}, first: 200) { nodes { position stream type } } }`);
  return (events.nodes as { position: number; stream: string; type: string }[])
    .filter(({ stream, type }) => stream.startsWith('item-') && type !== 'ReferenceReserved')
    .map(({ position }) => position);
}

/** A new item, and what happens to it. @returns its reference and the position of the last event */
async function record(...mutations: string[]): Promise<{ reference: string; position: number }> {
  const recorder = await masar.client('recorder');
  items += 1;
  const reference = `LIVE-${items}`;
  const title = { en: `Recorded while the page was open, ${items}`, ar: `سُجّل والصفحة مفتوحة، ${items}` };
  let { position } = await scribe.accepted(recorder, 'registerItem', {
    reference,
    title,
    illustrative: true,
  });
  for (const mutation of mutations) {
    ({ position } = await scribe.accepted(recorder, mutation, { reference, illustrative: true }));
  }
  return { reference, position };
}

const covers = (page: Page, position: number) =>
  until(
    `position ${position} covered`,
    async () => Number(await page.locator('#covered').textContent()) >= position,
    // Longer than the client ever pauses.
    60_000,
  );

describe('the live example in a browser', () => {
  it('shows what a query says, and what is recorded as it is recorded', async () => {
    const { page, complaints } = await open(bannerAddress());
    await status(page, 'following');
    expect(await countsOn(page)).toEqual(await countsAsked());
    const before = (await countsOn(page))['UnderReview'] ?? 0;
    expect(await page.locator('#programme p[lang="en"]').textContent()).toContain('workshop series 2017');

    const { reference, position } = await record('proposeItem', 'startReview');
    await covers(page, position);
    await until('the counts', async () => (await countsOn(page))['UnderReview'] === before + 1);
    expect(await countsOn(page)).toEqual(await countsAsked());
    const entries = page.locator(`#feed li[data-reference="${reference}"]`);
    expect(
      await entries.evaluateAll((found) => found.map((entry) => (entry as HTMLElement).dataset['type'])),
    ).toEqual(['ReformItemReviewStarted', 'ReformItemProposed', 'ReformItemRegistered']);
    const listed = await changesOn(page);
    expect(listed).toEqual(await changesAsked(listed[0]! - 1));
    expect(complaints).toEqual([]);
  }, 120_000);

  it('writes each language in its own direction', async () => {
    const { page } = await open(bannerAddress());
    await status(page, 'following');
    const directionOf = (lang: string) =>
      page
        .locator(`#feed .title[lang="${lang}"]`)
        .first()
        .evaluate((title) => getComputedStyle(title).direction);
    expect([await directionOf('ar'), await directionOf('en')]).toEqual(['rtl', 'ltr']);
  });

  it('keeps the token in the tab alone, and takes it out of the address', async () => {
    const { page, complaints } = await open(bannerAddress());
    await status(page, 'following');
    expect(new URL(page.url()).hash).toBe('');
    const kept = await page.evaluate(() => [
      Object.keys(sessionStorage),
      Object.keys(localStorage),
      document.cookie,
    ]);
    expect(kept).toEqual([['masar-token'], [], '']);
    await page.reload();
    await status(page, 'following');
    await page.getByRole('button', { name: 'Forget the token' }).click();
    await page.getByLabel(/^A token/).waitFor();
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('asks for a token where it has none, and says so where it is no good', async () => {
    const { page } = await open(`${masar.url}/examples/live.html`);
    const field = page.getByLabel(/^A token/);
    await field.fill('not-a-token');
    await page.getByRole('button', { name: 'Follow' }).click();
    await page.getByRole('alert').filter({ hasText: 'token' }).waitFor();
    await field.fill(masar.reader('integrator').token);
    await page.keyboard.press('Enter');
    await status(page, 'following');
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('forgets an item that may not be seen any more', async () => {
    const { page, complaints } = await open(bannerAddress());
    await status(page, 'following');
    const { reference } = await record('proposeItem');
    const entries = page.locator(`#feed li[data-reference="${reference}"]`);
    await until('both entries', async () => (await entries.count()) === 2);
    const { position } = await scribe.accepted(await masar.client('recorder'), 'setItemVisibility', {
      reference,
      visibility: 'restricted',
      reason: { en: 'Shown by a test' },
    });
    await covers(page, position);
    expect(await entries.count()).toBe(0);
    await until('the counts', async () => isEqual(await countsOn(page), await countsAsked()));
    expect(complaints).toEqual([]);
  });

  it('goes on without a gap when the service was killed and started again', async () => {
    const { page, complaints } = await open(bannerAddress());
    await status(page, 'following');
    const first = await record('proposeItem');
    await covers(page, first.position);
    const begins = (await changesOn(page))[0]!;

    await masar.kill();
    await status(page, 'reconnecting');
    // In this order: what is recorded before the page is back is what it could miss.
    masar = await MasarProcess.start(folder, { port });
    const second = await record('proposeItem', 'startReview');
    // What a machine says that was offline: the page need not wait out its pause.
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await covers(page, second.position);
    await status(page, 'following');
    const third = await record();
    await covers(page, third.position);

    const listed = await changesOn(page);
    expect(listed).toEqual((await changesAsked(begins - 1)).slice(-listed.length));
    expect(listed).toContain(third.position);
    await until('the counts', async () => isEqual(await countsOn(page), await countsAsked()));
    expect(Number(await page.locator('#losses').textContent())).toBeGreaterThan(0);
    // The browser itself writes down each try that nobody answered; the page wrote nothing.
    expect(complaints.filter((text) => !/^WebSocket connection to .*failed/.test(text))).toEqual([]);
  }, 240_000);

  it.each([
    ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
    ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
    ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 800 } }],
  ] as const)('can be read where it is %s', async (name, options) => {
    const { page, complaints } = await open(bannerAddress(), options);
    await status(page, 'following');
    const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide).toBeLessThanOrEqual(screen);
    expect(await page.evaluate(faintest)).toBeGreaterThanOrEqual(4.5);
    const screenshots = process.env['MASAR_SCREENSHOTS'];
    if (screenshots) await page.screenshot({ path: join(screenshots, `live-${name}.png`) });
    expect(complaints).toEqual([]);
  });
});

const EVENTS = `subscription ($after: Position, $logId: ID, $epoch: Int) {
  events(after: $after, logId: $logId, epoch: $epoch, programme: "MOI-2017") {
    __typename
    ... on LiveMessage { position covers { after upTo logId epoch } }
  }
}`;

interface Told {
  readonly __typename: string;
  readonly position: number;
  readonly covers: {
    readonly after: number;
    readonly upTo: number;
    readonly logId: string;
    readonly epoch: number;
  };
}

/** Whether the messages prove that nothing is missing, from the first on. */
function expectToJoin(messages: readonly Told[]): void {
  for (const [
    index,
    {
      covers: { after },
    },
  ] of messages.entries()) {
    if (index > 0) expect(after).toBe(messages[index - 1]!.covers.upTo);
  }
}

describe('other clients', () => {
  it("follow with graphql-ws's own client, also over a lost connection", async () => {
    const { token } = masar.reader('integrator');
    const told: Told[] = [];
    const variables: Record<string, unknown> = { after: 0 };
    const lose: (() => void)[] = [];
    const client = createClient({
      url: `${masar.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => ({ authorization: `Bearer ${token}` }),
      shouldRetry: () => true,
      retryWait: async () => undefined,
      on: { connected: (socket) => lose.push(() => (socket as WebSocket).terminate()) },
    });
    const unsubscribe = client.subscribe<{ events: Told }>(
      { query: EVENTS, variables },
      {
        next: ({ data }) => {
          const { events } = data!;
          told.push(events);
          // It repeats the variables of the first time otherwise, and all events with them.
          const { upTo, logId, epoch } = events.covers;
          Object.assign(variables, { after: upTo, logId, epoch });
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
    try {
      await until('the whole log', () => told.some(({ __typename }) => __typename === 'CaughtUp'));
      lose.pop()!();
      const { position } = await record('proposeItem');
      await until('what was recorded', () => told.at(-1)!.covers.upTo >= position);
      expectToJoin(told);
      const positions = told
        .filter(({ __typename }) => __typename === 'EventRecorded')
        .map(({ position: at }) => at);
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
      expect(positions).toContain(position);
    } finally {
      unsubscribe();
      await client.dispose();
    }
  }, 60_000);

  it('follow with a WebSocket of a browser and nothing else', async () => {
    const { page, complaints } = await open(`${masar.url}/examples/live.html`);
    await page.evaluate(
      ([query, token]) => {
        const told: unknown[] = [];
        Object.assign(globalThis, { told });
        const socket = new WebSocket(`ws://${location.host}/graphql`, 'graphql-transport-ws');
        const send = (message: object) => socket.send(JSON.stringify(message));
        socket.addEventListener('open', () =>
          send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
        );
        socket.addEventListener('message', (event) => {
          const { type, payload } = JSON.parse(event.data as string);
          if (type === 'connection_ack') {
            send({ id: 'a', type: 'subscribe', payload: { query, variables: { after: 0 } } });
          }
          if (type === 'next') told.push(payload.data.events);
        });
      },
      [EVENTS, masar.reader('integrator').token],
    );
    const told = () => page.evaluate(() => (globalThis as unknown as { told: Told[] }).told);
    await until('the whole log', async () =>
      (await told()).some(({ __typename }) => __typename === 'CaughtUp'),
    );
    const { position } = await record();
    await until('what was recorded', async () => (await told()).at(-1)!.covers.upTo >= position);
    const messages = await told();
    expect(messages[0]!.covers.after).toBe(0);
    expectToJoin(messages);
    expect(messages.some((each) => each.__typename === 'EventRecorded' && each.position === position)).toBe(
      true,
    );
    expect(complaints).toEqual([]);
  }, 60_000);
});

function isEqual(one: Record<string, number>, other: Record<string, number>): boolean {
  const names = Object.keys({ ...one, ...other });
  return names.every((name) => one[name] === other[name]);
}

/** Runs in the page: the least contrast of any text with what is behind it (WCAG 2.2, 1.4.3). */
function faintest(): number {
  const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [red, green, blue] = numbers(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const backgroundOf = (element: Element | null): string => {
    if (!element) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return numbers(backgroundColor)[3] === 0 ? backgroundOf(element.parentElement) : backgroundColor;
  };
  const contrasts = [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility())
    .filter(({ childNodes }) =>
      [...childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
    )
    .map((element) => {
      const [light, dark] = [getComputedStyle(element).color, backgroundOf(element)]
        .map(luminance)
        .sort((a, b) => b - a);
      return (light! + 0.05) / (dark! + 0.05);
    });
  return Math.min(...contrasts);
}
