import { setTimeout as delay } from 'node:timers/promises';
import { type CommandContext, type CommandDone, deriveId, eventIdOf } from '@masar/commands';
import { type Actor, type EventLog, type EventStore, StoreError } from '@masar/event-store';
import { AddReference } from '../write/add-reference.js';
import { AnnounceWorkshop } from '../write/announce-workshop.js';
import type { MasarCommand } from '../write/command.js';
import { EstablishBody } from '../write/establish-body.js';
import { PlanItem } from '../write/plan-item.js';
import { ProposeItem } from '../write/propose-item.js';
import type { DecidedItemInput } from '../write/decided-item.js';
import { RecordDecision } from '../write/record-decision.js';
import { RegisterInstrument } from '../write/register-instrument.js';
import { RegisterItem } from '../write/register-item.js';
import { RegisterOrganisation } from '../write/register-organisation.js';
import { RegisterProgramme } from '../write/register-programme.js';
import { RegisterScope } from '../write/register-scope.js';
import { RegisterTheme } from '../write/register-theme.js';
import { RemoveItem } from '../write/remove-item.js';
import { RenameOrganisation } from '../write/rename-organisation.js';
import { RestoreItem } from '../write/restore-item.js';
import { StartImplementation } from '../write/start-implementation.js';
import { StartReview } from '../write/start-review.js';
import { VerifyImplementation } from '../write/verify-implementation.js';
import { WithdrawItem } from '../write/withdraw-item.js';
import { bodies, instruments, organisations, programme, scopes, topics } from './announced.js';
import type { SampleStep } from './histories.js';
import { type Dated, type SampleItem, addDays, sampleItems, sampleSteps } from './plan-sample.js';

/** The recorder of the sample: no person. */
const recorder: Actor = { subject: deriveId('sample', 'recorder') };

/** What the sample is recorded through. */
export interface Ports {
  readonly store: EventStore;
  readonly log: EventLog;
  readonly now: () => Date;
  readonly execute: (command: MasarCommand<object>) => Promise<CommandDone>;
}

const unknown = { edtf: null };
const on = (day: string) => ({ edtf: day });

/**
 * Records the sample programme by commands, into an empty log; goes on where an earlier start was cut off. Its command
 * ids are fixed, so that nothing is recorded twice. Does nothing to a log that holds something else.
 *
 * @returns how many commands were carried out now
 */
export async function seedSample(ports: Ports): Promise<number> {
  const commands = sampleCommands();
  const known = async (commandId: string) =>
    (await ports.log.find(eventIdOf(recorder, commandId, 0))) !== undefined;
  const begun = await known(commands[0]!.commandId);
  if (!begun && (await ports.log.head()).position > 0) return 0;
  if (begun && (await known(commands.at(-1)!.commandId))) return 0;
  let recorded = 0;
  for (const { commandId, create } of commands) {
    const context = {
      store: ports.store,
      log: ports.log,
      actor: recorder,
      commandId,
      correlationId: 'sample-programme',
      now: ports.now,
    };
    const { duplicate } = await untilAnswered(() => ports.execute(create(context)));
    if (!duplicate) recorded += 1;
  }
  return recorded;
}

const open = new Set(['OUTCOME_UNKNOWN', 'NOT_YET_READABLE']);
const againAfterMs = 500;

/** Sends a command again under its id until it is known what became of it; a store that is closed ends it. */
async function untilAnswered<T>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof StoreError) || !open.has(error.code)) throw error;
    }
    await delay(againAfterMs);
  }
}

interface SampleCommand {
  readonly commandId: string;
  readonly create: (context: CommandContext) => MasarCommand<object>;
}

type CommandClass<I> = new (context: CommandContext, input: I) => MasarCommand<object>;

function command<I extends { commandId: string }>(
  commandId: string,
  Class: CommandClass<I>,
  input: Omit<I, 'commandId'>,
): SampleCommand {
  return { commandId, create: (context) => new Class(context, { ...input, commandId } as I) };
}

/** Every command of the sample in the order they are carried out. */
function sampleCommands(): SampleCommand[] {
  const items = sampleItems();
  const setup = [...announcements(), ...fictionalBodies()];
  const registrations = items.map((item) => ({ date: item.cameUpOn, commands: [registration(item)] }));
  const steps = groupDecisions(sampleSteps(items)).map((group) => ({
    date: group[0]!.date,
    commands: [commandFor(group)],
  }));
  const dated = [...registrations, ...steps].sort((a, b) => a.date.localeCompare(b.date));
  return [...setup, ...dated.flatMap(({ commands }) => commands)];
}

function announcements(): SampleCommand[] {
  const { reference, name, description } = programme;
  const named = { programme: reference, decidedOn: unknown };
  return [
    command('sample-programme', RegisterProgramme, { reference, name, description, decidedOn: on('2017') }),
    ...instruments.map((it) =>
      command(`sample-instrument-${it.reference}`, RegisterInstrument, { ...named, ...it }),
    ),
    ...scopes.map((it) => command(`sample-scope-${it.reference}`, RegisterScope, { ...named, ...it })),
    ...topics.map((it) =>
      command(`sample-theme-${it.reference}`, RegisterTheme, {
        ...named,
        reference: it.reference,
        name: it.topic,
      }),
    ),
    ...topics.map(({ reference: theme, topic }, index) =>
      command(`sample-workshop-${theme}`, AnnounceWorkshop, {
        ...named,
        reference: theme,
        topic,
        listed: index + 1,
        heldOn: unknown,
        note: {
          en: 'Announced as part of a series until 18 April 2017; its own date was not given, and whether it took place is not known.',
          ar: 'أُعلن عنها ضمن سلسلة حتى 18 نيسان 2017؛ لم يُذكر تاريخها ولا يُعرف إن كانت قد عُقدت.',
        },
      }),
    ),
  ];
}

function fictionalBodies(): SampleCommand[] {
  const fictional = { programme: programme.reference, decidedOn: on('2017-02-07'), illustrative: true };
  return [
    ...organisations.map((it) =>
      command(`sample-organisation-${it.reference}`, RegisterOrganisation, { ...fictional, ...it }),
    ),
    ...bodies.map((it) => command(`sample-body-${it.reference}`, EstablishBody, { ...fictional, ...it })),
    command('sample-rename-SAMPLE-UNIT-E', RenameOrganisation, {
      ...fictional,
      decidedOn: on('2018-01-01'),
      organisation: 'SAMPLE-UNIT-E',
      name: { en: 'Sample unit E, renamed (fictional)', ar: 'وحدة نموذجية E بعد تغيير الاسم (خيالية)' },
    }),
  ];
}

function registration(item: SampleItem): SampleCommand {
  return command(`sample-register-${item.reference}`, RegisterItem, {
    programme: programme.reference,
    reference: item.reference,
    title: item.title,
    text: {
      en: `${item.title['en']}. A made-up recommendation that shows how Masar works.`,
      ar: `${item.title['ar']}. توصية مختلقة لبيان كيفية عمل مسار.`,
    },
    themes: [item.theme],
    decidedOn: on(item.cameUpOn),
    // The item whose later dates are vague came up at a date no better known.
    ...(item.history === 'unknownDates' && { effective: on(item.cameUpOn.slice(0, 4)) }),
    illustrative: true,
  });
}

/** Decisions of one day that say the same of several items are one decision; everything else stands alone. */
function groupDecisions(steps: readonly Dated[]): Dated[][] {
  const groups = new Map<string, Dated[]>();
  for (const dated of steps) {
    const { step, item, index, date } = dated;
    const alone = step.do !== 'decide' || item.successors.length > 0 || step.effective !== undefined;
    const key = alone ? `${item.reference}/${index}` : JSON.stringify([date, { ...step, day: 0 }]);
    groups.set(key, [...(groups.get(key) ?? []), dated]);
  }
  return [...groups.values()];
}

function commandFor(group: readonly Dated[]): SampleCommand {
  const [{ item, step, index, date }] = group as [Dated];
  const id = `sample-${item.reference}-${index + 1}-${step.do}`;
  const common = {
    programme: programme.reference,
    decidedOn: on(date),
    ...(step.effective !== undefined && { effective: effectiveOf(step, item, date) }),
    ...(step.asRecorded && { asRecorded: true }),
    ...(step.reason && { reason: step.reason }),
    illustrative: true,
  };
  const onItem = { ...common, reference: item.reference };
  switch (step.do) {
    case 'propose':
      return command(id, ProposeItem, onItem);
    case 'review':
      return command(id, StartReview, onItem);
    case 'start':
      return command(id, StartImplementation, onItem);
    case 'withdraw':
      return command(id, WithdrawItem, onItem);
    case 'remove':
      return command(id, RemoveItem, onItem);
    case 'restore':
      return command(id, RestoreItem, onItem);
    case 'renumber':
      return command(id, AddReference, { ...onItem, newReference: `${item.reference}-R`, renumber: true });
    case 'alias':
      return command(id, AddReference, { ...onItem, newReference: `${item.reference}-OLD-LIST` });
    case 'plan':
      return command(id, PlanItem, {
        ...onItem,
        leads: [item.lead],
        horizon: step.horizon,
        dueDate: addDays(date, step.dueInDays),
        action: { en: 'Write the working plan', ar: 'إعداد خطة العمل' },
      });
    case 'verify':
      return command(id, VerifyImplementation, {
        ...onItem,
        verifiedBy: item.verifier,
        method: { en: 'Visit and reading of the files', ar: 'زيارة وقراءة الملفات' },
        evidence: [{ description: { en: 'Report of the visit (fictional)', ar: 'تقرير الزيارة (خيالي)' } }],
      });
    case 'decide':
      return command(id, RecordDecision, {
        ...common,
        body: step.kind === 'approve' ? 'SAMPLE-BOARD' : 'SAMPLE-SESSION',
        mode: 'session',
        method: 'consensus',
        items: group.map(({ item: decided }) => outcomeInput(decided, step)),
      });
  }
}

function outcomeInput(item: SampleItem, step: SampleStep & { readonly do: 'decide' }): DecidedItemInput {
  return {
    reference: item.reference,
    kind: step.kind,
    ...(step.reason && { reason: step.reason }),
    ...(item.successors.length > 0 &&
      ['merge', 'split', 'supersede'].includes(step.kind) && { successors: [...item.successors] }),
    ...(step.kind === 'adopt' && { manner: step.manner }),
    ...((step.kind === 'amend' || (step.kind === 'adopt' && step.manner === 'withAmendment')) && {
      text: {
        en: `${item.title['en']}, beginning with a pilot of ${step.kind === 'amend' ? 'six' : 'nine'} months.`,
        ar: `${item.title['ar']}، تبدأ بمرحلة تجريبية لمدة ${step.kind === 'amend' ? 'ستة' : 'تسعة'} أشهر.`,
      },
    }),
    ...(step.kind === 'refer' && {
      referTo: { en: 'Sample approving board (fictional)', ar: 'مجلس مصادقة نموذجي (خيالي)' },
    }),
    ...(step.kind === 'close' && { closeAs: step.as, ...(step.cause && { cause: step.cause }) }),
  };
}

function effectiveOf(step: SampleStep, item: SampleItem, date: string): { edtf: string | null } {
  if (step.effective === 'unknown') return unknown;
  if (step.effective === 'month') return on(date.slice(0, 7));
  if (step.effective === 'year') return on(date.slice(0, 4));
  return on(step.effective ? addDays(item.cameUpOn, step.effective.days) : date);
}
