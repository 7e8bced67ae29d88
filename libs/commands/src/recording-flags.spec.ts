import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import {
  type Minutes,
  type MinutesEvent,
  type Dated,
  announceWorkshop,
  approveMinutes,
  draftMinutes,
  itemId,
  minutesStream,
  openWorkshop,
  propose,
  setRecordingDeadline,
  startReview,
} from '@masar/domain';
import { minutesOf } from './aggregates.js';
import { executeDecision } from './decision-commands.js';
import { execute } from './execute.js';
import { executeOnItem, executeReference, executeRegistration } from './item-commands.js';
import { executeOnProgramme } from './setup-commands.js';
import { executeOnWorkshop } from './workshop-commands.js';
import { CommandsFixture, decidedOn, decisionOn, now, programme } from './testing/commands-fixture.js';

let postgres: TestPostgres;
let fixture: CommandsFixture;

beforeAll(async () => {
  postgres = await testPostgres();
}, 60_000);

beforeEach(async () => {
  fixture = await CommandsFixture.open(postgres);
}, 30_000);

afterEach(() => fixture?.close(), 30_000);
afterAll(() => postgres?.stop(), 60_000);

const adopt = { kind: 'adopt', manner: 'plain' } as const;

/** Something recorded these days after `decidedOn`, 15 January 2024. */
const after = (days: number) => ({ now: () => new Date(Date.UTC(2024, 0, 15 + days, 12)) });

function deadline(days: number): Promise<unknown> {
  return executeOnProgramme(fixture.context(), programme, {
    type: 'setRecordingDeadline',
    request: { days },
    decide: (state) => setRecordingDeadline(state, { days, decidedOn: { edtf: '2024-01-01' } }),
  });
}

/** The flags on the last event of an item. */
async function flagsOn(item: string): Promise<unknown> {
  return (await fixture.eventsOf(item)).at(-1)!.data['irregularities'];
}

describe('what is recorded after the deadline of its programme', () => {
  it('is flagged on a decision and on each of its effects, and refused for nothing', async () => {
    await deadline(14);
    const items = await fixture.itemsUnderReview('ONE', 'TWO', 'THREE');
    const [one, two, three] = items as [string, string, string];
    const done = await executeDecision(fixture.context(after(15)), decisionOn([one, two], adopt));
    expect(done.events[0]!.data['flags']).toEqual(['LATE']);
    expect(await flagsOn(one)).toEqual(['LATE']);
    expect(await flagsOn(two)).toEqual(['LATE']);
    const inTime = await executeDecision(fixture.context(after(14)), decisionOn([three], adopt));
    expect(inTime.events[0]!.data).not.toHaveProperty('flags');
    expect(await flagsOn(three)).toBeUndefined();
  });

  it('keeps what it was found at first, whenever it is sent again', async () => {
    await deadline(14);
    const [item] = await fixture.itemsUnderReview('ONE');
    const input = decisionOn([item!], adopt);
    const first = await executeDecision(fixture.context({ commandId: 'again', ...after(14) }), input);
    const again = await executeDecision(fixture.context({ commandId: 'again', ...after(200) }), input);
    expect(again).toEqual({ ...first, duplicate: true });
    expect(await flagsOn(item!)).toBeUndefined();
  });

  it('is flagged on registrations, direct entries and references alike', async () => {
    await deadline(14);
    const address = { programme, reference: 'LATE-1' };
    const item = itemId(programme, 'LATE-1');
    await executeRegistration(fixture.context(after(15)), { ...address, title: { en: 'Late' }, decidedOn });
    expect(await flagsOn(item)).toEqual(['LATE']);
    const step = (days: number, on = decidedOn) =>
      executeOnItem(fixture.context(after(days)), address, {
        type: 'propose',
        request: {},
        decide: (history) => propose(history, { decidedOn: on }),
      });
    await step(15);
    expect(await flagsOn(item)).toEqual(['LATE']);
    await executeReference(fixture.context(after(15)), {
      ...address,
      newReference: 'LATE-1-B',
      as: 'alias',
      decidedOn,
    });
    expect(await flagsOn(item)).toEqual(['LATE']);
    await executeReference(fixture.context(after(14)), {
      ...address,
      newReference: 'LATE-1-C',
      as: 'alias',
      decidedOn,
    });
    expect(await flagsOn(item)).toBeUndefined();
  });

  it('is nothing of a programme without a deadline, or of an unknown date', async () => {
    const [item] = await fixture.itemsUnderReview('ONE');
    await executeDecision(fixture.context(after(5_000)), decisionOn([item!], { kind: 'discuss' }));
    expect(await flagsOn(item!)).toBeUndefined();
    await deadline(0);
    const unknown = { ...decisionOn([item!], { kind: 'discuss' } as const), decidedOn: { edtf: null } };
    await executeDecision(fixture.context(after(5_000)), unknown);
    expect(await flagsOn(item!)).toEqual(['UNKNOWN_DATE']);
  });
});

describe('what is recorded after the minutes of its workshop were approved', () => {
  const workshop = 'WS-1';

  async function workshopWithMinutes(): Promise<{ approve: () => Promise<unknown> }> {
    await executeOnWorkshop(fixture.context(), programme, workshop, {
      type: 'announceWorkshop',
      request: {},
      decide: (state) =>
        announceWorkshop(state, {
          programme,
          reference: workshop,
          topic: { en: 'A topic' },
          heldOn: decidedOn,
          decidedOn,
        }),
    });
    await executeOnWorkshop(fixture.context(), programme, workshop, {
      type: 'openWorkshop',
      request: {},
      decide: (state) => openWorkshop(state, { decidedOn }),
    });
    const onMinutes = (type: string, decide: (minutes: Minutes) => Dated<MinutesEvent>) =>
      execute(fixture.context(), {
        type,
        request: {},
        stream: minutesStream(programme, workshop),
        decide: (events) => [decide(minutesOf(events))],
      });
    await onMinutes('draftMinutes', (minutes) => draftMinutes(minutes, { programme, workshop, decidedOn }));
    return {
      approve: () =>
        onMinutes('approveMinutes', (minutes) => approveMinutes(minutes, { decidedOn, asRecorded: true })),
    };
  }

  it('is flagged on a decision with its effects, and on an entry that names the workshop', async () => {
    const { approve } = await workshopWithMinutes();
    const [before, later] = (await fixture.itemsUnderReview('BEFORE', 'LATER')) as [string, string];
    await executeDecision(fixture.context(), { ...decisionOn([before], adopt), workshop });
    expect(await flagsOn(before)).toBeUndefined();
    await approve();
    const done = await executeDecision(fixture.context(), { ...decisionOn([later], adopt), workshop });
    expect(done.events[0]!.data['flags']).toEqual(['AFTER_MINUTES']);
    expect(await flagsOn(later)).toEqual(['AFTER_MINUTES']);
    await executeRegistration(fixture.context(), {
      programme,
      reference: 'NAMED',
      title: { en: 'Came up there' },
      workshop,
      decidedOn,
    });
    expect(await flagsOn(itemId(programme, 'NAMED'))).toEqual(['AFTER_MINUTES']);
    await executeOnItem(
      fixture.context(),
      { programme, reference: 'NAMED' },
      {
        type: 'propose',
        request: {},
        decide: (history) => propose(history, { decidedOn, workshop }),
      },
    );
    expect(await flagsOn(itemId(programme, 'NAMED'))).toEqual(['AFTER_MINUTES']);
    await executeOnItem(
      fixture.context(),
      { programme, reference: 'NAMED' },
      { type: 'startReview', request: {}, decide: (history) => startReview(history, { decidedOn }) },
    );
    expect(await flagsOn(itemId(programme, 'NAMED'))).toBeUndefined();
  });
});

describe('the clock of a command', () => {
  it('is not what it is recorded at: the log says that', async () => {
    const [item] = await fixture.itemsUnderReview('ONE');
    const done = await executeDecision(fixture.context(), decisionOn([item!], adopt));
    expect(Date.parse(done.recordedAt)).not.toBe(now.getTime());
  });
});
