// The only renderer of React that needs no browser.
/* oxlint-disable typescript/no-deprecated */
import { parse } from '@0no-co/graphql.web';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createElement } from 'react';
import { type ReactTestRenderer, act, create } from 'react-test-renderer';
import { type Followed, useFollow } from '../examples/use-follow.js';
import { type MasarClient, createClientIn } from './client.js';
import type { MasarDocument } from './document.js';
import { ManualEnvironment, settled } from './testing/manual-environment.js';

const events = parse(
  'subscription ($programme: String!) { events(programme: $programme) { __typename } }',
) as MasarDocument<{ events: { readonly position: number } }, { readonly programme: string }>;
const log = { logId: 'log', epoch: 1 };
const start = { state: [] as readonly number[], after: 0 };
const covering = (position: number) => ({
  position,
  covers: { after: position - 1, upTo: position, ...log },
});

interface Shown {
  readonly client: MasarClient;
  readonly programme: string;
  readonly seen: (followed: Followed<readonly number[]>) => void;
}
function Positions({ client, programme, seen }: Shown): null {
  seen(
    useFollow(client, events, { programme }, start, (positions, { position }) => [...positions, position]),
  );
  return null;
}

/** A component that follows, and the service it follows. */
async function shown() {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  const environment = new ManualEnvironment();
  const client = createClientIn(environment, { url: 'http://masar.example', token: 'token' });
  const seen: Followed<readonly number[]>[] = [];
  const element = (programme: string) =>
    createElement(Positions, { client, programme, seen: (followed) => void seen.push(followed) });
  let renderer: ReactTestRenderer | undefined;
  const doing = (action: () => unknown) =>
    act(async () => {
      action();
      await settled();
    });
  await doing(() => {
    renderer = create(element('P'));
  });
  return {
    environment,
    doing,
    last: () => seen.at(-1),
    show: (programme: string) => doing(() => renderer?.update(element(programme))),
    leave: () => doing(() => renderer?.unmount()),
  };
}

beforeAll(() => {
  // That this renderer has no successor for Node is known; whatever else React complains of is wrong.
  jest.spyOn(console, 'error').mockImplementation((complaint: unknown) => {
    if (!String(complaint).includes('react-test-renderer is deprecated')) throw new Error(String(complaint));
  });
});
afterAll(() => {
  jest.restoreAllMocks();
});

describe('useFollow', () => {
  it('folds messages into its state, and leaves nothing running when the component goes', async () => {
    const { environment, doing, last, leave } = await shown();
    expect(last()).toMatchObject({ state: [], status: { state: 'connecting' } });
    await doing(() => environment.socket.accept().next(covering(1)).next(covering(2)));
    expect(last()).toEqual({ state: [1, 2], status: { state: 'following' } });
    await leave();
    expect(environment.left).toEqual({ timers: 0, listeners: 0, sockets: 0 });
  });

  it('keeps its state while the connection is away', async () => {
    const { environment, doing, last, leave } = await shown();
    await doing(() => environment.socket.accept().next(covering(1)).cut());
    expect(last()).toMatchObject({ state: [1], status: { state: 'waiting' } });
    await leave();
  });

  it('begins anew for other variables, and not for the same ones in another object', async () => {
    const { environment, doing, last, show, leave } = await shown();
    await doing(() => environment.socket.accept().next(covering(1)));
    await show('P');
    expect(environment.sockets).toHaveLength(1);
    await show('Q');
    expect(environment.sockets[0]?.closed).toBeDefined();
    expect(last()).toMatchObject({ state: [] });
    await doing(() => environment.socket.accept());
    expect(environment.socket.asked).toMatchObject({ programme: 'Q', after: 0 });
    await leave();
  });

  it('shows what ended it', async () => {
    const { environment, doing, last } = await shown();
    await doing(() =>
      environment.socket
        .accept({ ...log, position: 3 })
        .next({ position: 1, covers: { after: 0, upTo: 1, logId: 'log', epoch: 2 } }),
    );
    expect(last()).toMatchObject({ status: { state: 'ended', error: { code: 'LOG_REWOUND' } } });
  });
});
