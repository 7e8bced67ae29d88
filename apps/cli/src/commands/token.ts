import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROLES, type Role, TOKEN_KEY_FILE, isRole, issueToken, loadTokenKey } from '@masar/access';
import type { Command } from 'commander';
import { dataFolder } from '../composition/workplace.js';
import { CommandFailure } from '../failure.js';

interface Options {
  readonly role: string[];
  readonly programme: string;
  readonly subject?: string;
  readonly organisation?: string;
  readonly days: string;
  readonly json?: boolean;
}

/** `masar token`: a token signed with the key of the data folder. */
export function addToken(program: Command): void {
  program
    .command('token')
    .description('print a token for this data folder')
    .requiredOption('--role <role...>', `one or more of ${ROLES.join(', ')}`)
    .option('--programme <ref>', 'the programme the roles are for', '*')
    .option('--subject <id>', 'opaque id of who it is for: no name')
    .option('--organisation <ref>', 'the organisation spoken for')
    .option('--days <n>', 'how long it is good, 1 to 366', '30')
    .option('--json', 'for scripts')
    .action(async (options: Options) => {
      const roles = options.role.map(requireRole);
      const days = Number(options.days);
      if (!Number.isInteger(days)) throw new CommandFailure(`--days ${options.days} is no whole number`);
      const now = new Date();
      const subject = options.subject ?? `local-${roles[0]}`;
      const folder = dataFolder();
      if (!existsSync(join(folder, TOKEN_KEY_FILE))) {
        process.stderr.write(
          `no service has used ${resolve(folder)} yet: a key is made there. Where one runs on another folder, name it in MASAR_DATA.\n`,
        );
      }
      const token = await issueToken(await loadTokenKey(folder), {
        subject,
        roles: { [options.programme]: roles },
        ...(options.organisation && { organisation: options.organisation }),
        lifetimeSeconds: days * 24 * 3600,
        now,
      });
      const expiresAt = new Date(now.getTime() + days * 24 * 3600 * 1000).toISOString();
      const answer = { token, subject, roles, programme: options.programme, expiresAt };
      process.stdout.write(`${options.json ? JSON.stringify(answer) : token}\n`);
    });
}

function requireRole(role: string): Role {
  if (isRole(role)) return role;
  throw new CommandFailure(`there is no role ${role}; roles are ${ROLES.join(', ')}`);
}
