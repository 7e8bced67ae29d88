import { type HttpAnswer, httpAnswer } from '../http-answer.js';
import type { KurrentConnection } from '../kurrent-connection.js';
import { KurrentFault } from '../kurrent-fault.js';
import { readServerStream } from '../reading.js';
import { objectOf } from '../stream-metadata.js';
import { lastOf } from './access.js';
import type { StoreFinding } from './store-finding.js';

/** Why a scavenge is not harmless although it removes only what metadata hide. */
const never =
  'a scavenge removes for good what the metadata of a stream hide, and a log of decisions is never scavenged';

/** Whether the server removes events by itself from time to time, and when that last happened. */
export async function scavenging(connection: KurrentConnection): Promise<StoreFinding[]> {
  return [await scheduled(connection), await scavenged(connection)];
}

async function scheduled(connection: KurrentConnection): Promise<StoreFinding> {
  const check = 'scheduled scavenges';
  let unasked: string;
  try {
    const judged = judgeSchedule(await httpAnswer(connection, '/auto-scavenge/status'));
    if (typeof judged !== 'string') return { check, ...judged };
    unasked = judged;
  } catch (error) {
    unasked = error instanceof KurrentFault ? error.message : 'its HTTP interface gives no answer';
  }
  try {
    const { schedule } = (await lastOf(connection, '$auto-scavenge-configuration')) ?? {};
    if (typeof schedule === 'string') return { check, ...scheduledAt(schedule, 'is configured') };
    if (schedule === undefined) return { check, level: 'ok', detail: 'none was ever configured' };
  } catch (error) {
    if (!(error instanceof KurrentFault) || error.kind !== 'denied') throw error;
  }
  const detail = `whether the server scavenges by a schedule could not be asked (${unasked}): look at /auto-scavenge/status yourself; ${never}`;
  return { check, level: 'warn', detail };
}

/** What `GET /auto-scavenge/status` says; a text says why it says nothing. */
export function judgeSchedule({ status, body }: HttpAnswer): Omit<StoreFinding, 'check'> | string {
  if (status === 404) return { level: 'ok', detail: 'this server has none' };
  if (status === 503) return { level: 'ok', detail: 'switched off' };
  if (status === 401 || status === 403) return 'its HTTP interface does not let this user ask';
  const { state, schedule } = objectOf(body);
  if (status !== 200 || typeof state !== 'string') return `its HTTP interface answers ${status}`;
  if (state === 'NotConfigured') return { level: 'ok', detail: 'none is configured' };
  return scheduledAt(typeof schedule === 'string' ? schedule : 'unknown', `is ${state.slice(0, 40)}`);
}

function scheduledAt(schedule: string, how: string): Omit<StoreFinding, 'check'> {
  return {
    level: 'warn',
    detail: `a scavenge by the schedule ${JSON.stringify(schedule.slice(0, 60))} ${how}: ${never}. Pause it, or switch AutoScavenge off on this server`,
  };
}

async function scavenged(connection: KurrentConnection): Promise<StoreFinding> {
  const check = 'scavenges before';
  try {
    const [last] = await readServerStream(connection, '$scavenges', { direction: 'backwards', limit: 1 });
    if (!last) return { check, level: 'ok', detail: 'none on record' };
    const { created } = last as { readonly created?: unknown };
    const when = created instanceof Date ? ` on ${created.toISOString().slice(0, 10)}` : '';
    const detail = `the server was scavenged, last${when}: masar doctor finds out whether it took events of this log; ${never}`;
    return { check, level: 'warn', detail };
  } catch (error) {
    if (!(error instanceof KurrentFault) || error.kind !== 'denied') throw error;
    const detail =
      'whether the server was ever scavenged could not be asked ($scavenges, which members of $ops and $admins read): masar doctor finds out whether events of this log are gone';
    return { check, level: 'warn', detail };
  }
}
