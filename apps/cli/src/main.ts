import { Command, CommanderError } from 'commander';
import { addBackup } from './commands/backup.js';
import { addCopy } from './commands/copy.js';
import { addDoctor } from './commands/doctor.js';
import { addExport } from './commands/export.js';
import { addImport } from './commands/import.js';
import { addKeys } from './commands/keys.js';
import { addRebuild } from './commands/rebuild.js';
import { addReplay } from './commands/replay.js';
import { addRestore } from './commands/restore.js';
import { addToken } from './commands/token.js';
import { describeFailure } from './failure.js';

const program = new Command('masar')
  .description('Masar, an event-sourced recommendations tracker')
  .addHelpText(
    'after',
    '\nThe data folder is MASAR_DATA (.masar), the database DATABASE_URL (an embedded one). With KURRENTDB_URL, and' +
      '\nKURRENTDB_PREFIX (masar), events are kept on that server and the database has their order and what is read.',
  )
  .exitOverride();

addImport(program);
addExport(program);
addReplay(program);
addRebuild(program);
addKeys(program);
addBackup(program);
addRestore(program);
addCopy(program);
addToken(program);
addDoctor(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}
