import { normaliseProgramme, programmeStream, registerProgramme } from '@masar/domain';
import { executeOnProgramme, programmeOf } from '@masar/commands';
import type { ImportOptions } from './import-options.js';

/** The programme as it spells itself; a new one as the caller does. */
export async function programmeFor({
  store,
  programme,
}: ImportOptions): Promise<{ reference: string; isNew: boolean }> {
  normaliseProgramme(programme);
  const { reference } = programmeOf(await store.readStream(programmeStream(programme)));
  return reference === '' ? { reference: programme, isNew: true } : { reference, isNew: false };
}

/** A programme nobody described yet: its name is its reference, in no language, and its date is unknown. */
export async function registerNew({ store, log, actor }: ImportOptions, reference: string): Promise<void> {
  const commandId = `import-programme-${normaliseProgramme(reference)}`;
  await executeOnProgramme({ store, log, actor, commandId, now: () => new Date() }, reference, {
    type: 'registerProgramme',
    request: { reference },
    decide: (state) =>
      registerProgramme(state, { reference, name: { und: reference }, decidedOn: { edtf: null } }),
  });
}
