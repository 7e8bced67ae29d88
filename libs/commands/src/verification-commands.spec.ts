import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type DatedItemEvent,
  type GivenDates,
  type Step,
  addEvidence,
  addressItem,
  mergeOrganisations,
  moveOrganisation,
  recordVerification,
  registerOrganisation,
} from '@masar/domain';
import { type TestPostgres, testPostgres } from '@masar/event-store/testing';
import { executeOnItem } from './item-commands.js';
import { executeOnProgramme } from './setup-commands.js';
import { CommandsFixture, programme } from './testing/commands-fixture.js';
import { executeVerification } from './verification-commands.js';

let postgres: TestPostgres;
let fixture: CommandsFixture;

beforeAll(async () => {
  postgres = await testPostgres();
}, 60_000);

const on = (edtf: string | null): GivenDates => ({ decidedOn: { edtf } });
const address = { programme, reference: 'ITEM-1' };
const words = { en: 'Words' };

const onProgramme = (decide: Parameters<typeof executeOnProgramme>[2]['decide']) =>
  executeOnProgramme(fixture.context(), programme, { type: 'setup', request: {}, decide });
const onItem = (decide: (history: readonly Step[]) => DatedItemEvent) =>
  executeOnItem(fixture.context(), address, { type: 'record', request: {}, decide });

/** A ministry with two units; one is moved out of it in 2025 and the other merged into a third in 2026. */
beforeEach(async () => {
  fixture = await CommandsFixture.open(postgres);
  const registered = [
    { reference: 'MINISTRY' },
    { reference: 'UNIT-A', parent: 'MINISTRY' },
    { reference: 'UNIT-B' },
    { reference: 'AGENCY' },
  ];
  for (const organisation of registered) {
    await onProgramme((state) =>
      registerOrganisation(state, { ...on('2024-01-01'), name: words, ...organisation }),
    );
  }
  await onProgramme((state) =>
    moveOrganisation(state, { ...on('2025-01-01'), organisation: 'UNIT-A', parent: null }),
  );
  await onProgramme((state) =>
    mergeOrganisations(state, { ...on('2026-01-01'), organisations: ['UNIT-B'], into: 'AGENCY' }),
  );
  await fixture.itemsUnderReview('ITEM-1');
  await onItem((history) => addressItem(history, { ...on('2024-02-01'), addressees: ['UNIT-A', 'UNIT-B'] }));
  await onItem((history) =>
    addEvidence(history, { ...on('2024-02-01'), evidence: 'E-1', description: words, custody: 'inspected' }),
  );
}, 30_000);

afterEach(() => fixture?.close(), 30_000);

afterAll(() => postgres?.stop(), 60_000);

function verify(verifiedBy: string, edtf: string | null, asRecorded = false) {
  const input = { ...on(edtf), verification: `V-${verifiedBy}-${edtf}`, verifiedBy, method: words };
  const finding = { examined: ['E-1'], conclusion: 'implemented' as const, asRecorded };
  return executeVerification(
    fixture.context(),
    { ...address, ...on(edtf) },
    {
      type: 'recordVerification',
      request: input,
      decide: (history, kinOf) => recordVerification(history, { ...input, ...finding }, kinOf),
    },
  );
}

describe('independence', () => {
  it('is asked of organisations as they were on the date of the verification', async () => {
    await expect(verify('MINISTRY', '2024-06-01')).rejects.toMatchObject({
      code: 'NOT_INDEPENDENT',
      fields: [{ path: 'verifiedBy' }],
    });
    await expect(verify('MINISTRY', '2025-06-01')).resolves.toMatchObject({ duplicate: false });
    await expect(verify('AGENCY', '2025-06-01')).resolves.toMatchObject({ duplicate: false });
    await expect(verify('AGENCY', '2026-06-01')).rejects.toMatchObject({ code: 'NOT_INDEPENDENT' });
  });

  it('of an unknown date is that after everything known', async () => {
    await expect(verify('MINISTRY', null)).resolves.toMatchObject({ duplicate: false });
    await expect(verify('AGENCY', null)).rejects.toMatchObject({ code: 'NOT_INDEPENDENT' });
  });

  it('recorded as it was is flagged where only the programme shows that there was none', async () => {
    const { events } = await verify('MINISTRY', '2024-06-01', true);
    expect(events.at(-1)!.data['irregularities']).toEqual(expect.arrayContaining(['NOT_INDEPENDENT']));
  });
});
