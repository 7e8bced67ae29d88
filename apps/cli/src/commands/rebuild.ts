import { readModels } from '@masar/read-models';
import type { Command } from 'commander';
import { withReadModels, withStore } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';

const patienceMs = 60 * 60_000;

/** `masar rebuild`: read models built anew beside the live ones, which answer until they are ready. */
export function addRebuild(program: Command): void {
  const names = readModels.map(({ name }) => name);
  program
    .command('rebuild [name]')
    .description(`build a read model anew, or all of them: ${names.join(', ')}`)
    .action(async (name: string | undefined) => {
      if (name !== undefined && !names.includes(name)) {
        throw new CommandFailure(`there is no read model ${name}; there are ${names.join(', ')}`);
      }
      const wanted = name === undefined ? names : [name];
      await withStore((opened) =>
        withReadModels(opened, async (models) => {
          await models.caughtUp(patienceMs);
          const schemaOf = async (one: string) =>
            (await models.status()).find((status) => status.name === one)?.schema;
          for (const one of wanted) {
            const before = await schemaOf(one);
            await models.rebuild(one);
            const deadline = Date.now() + patienceMs;
            let after = await schemaOf(one);
            while (after === before && Date.now() < deadline) {
              await new Promise((resolve) => setTimeout(resolve, 200));
              after = await schemaOf(one);
            }
            if (after === before)
              throw new CommandFailure(`${one} was not rebuilt within an hour: see the log of the api`);
            process.stdout.write(`${one}: rebuilt in ${after}\n`);
          }
        }),
      );
    });
}
