import { createHmac, timingSafeEqual } from 'node:crypto';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import type { Erasure } from './erasures.js';
import { type MasterKey, deriveKey } from './master-key.js';
import { VaultError } from './vault-error.js';

/*
 * A backup of keys, as docs/personal-data.md has it: JSON Lines, with a header, the erasures known when it was made, the
 * people, and a last line that authenticates every byte before it. Names stay sealed and keys wrapped: without the
 * master key it tells nobody's name.
 */
/** The first line. */
export interface Header {
  readonly format: 'masar-keys/1';
  /** Tells which master key it was made under; says nothing of the key. */
  readonly masterKey: string;
  readonly madeAt: string;
  readonly expiresAt: string;
}
/** A person, whose name is sealed; bytes in base64. */
export interface PersonLine {
  readonly subject: string;
  readonly scope: string;
  readonly kind: string;
  readonly lookup: string;
  readonly wrapped: string;
  readonly name: string;
}

/** What a backup holds. */
export interface BackupContents {
  readonly header: Header;
  readonly erased: readonly Erasure[];
  readonly people: readonly PersonLine[];
}

/**
 * Reads a backup and checks that it is whole.
 *
 * @throws VaultError `BACKUP_FILE`, `BACKUP_DAMAGED`, `WRONG_MASTER_KEY`
 */
export async function readBackup(file: string, masterKey: MasterKey): Promise<BackupContents> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new VaultError('BACKUP_FILE', `${file} cannot be read (${codeOf(cause)})`, { cause });
  });
  const damaged = (): VaultError =>
    new VaultError('BACKUP_DAMAGED', `${file} is no backup of keys, or was changed: use another copy`);
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  const [first, ...lines] = text.slice(0, end).split('\n').slice(0, -1).map(parse);
  const header = first as Partial<Header> | undefined;
  if (header?.format !== 'masar-keys/1') throw damaged();
  if (header.masterKey !== deriveKey(masterKey, 'check').toString('base64')) {
    throw new VaultError(
      'WRONG_MASTER_KEY',
      `${file} was made under another master key: put back the vault.key (or MASAR_VAULT_KEY) of that time; ` +
        'a backup from before the master key was changed is of no use any more',
    );
  }
  const stored = Buffer.from(String((parse(text.slice(end)) as { mac?: unknown }).mac), 'base64');
  const mac = createHmac('sha256', deriveKey(masterKey, 'backup')).update(text.slice(0, end)).digest();
  if (stored.length !== mac.length || !timingSafeEqual(stored, mac)) throw damaged();
  const rest = lines as readonly (PersonLine | { readonly erased: Erasure })[];
  return {
    header: header as Header,
    erased: rest.flatMap((line) => ('erased' in line ? [line.erased] : [])),
    people: rest.flatMap((line) => ('erased' in line ? [] : [line])),
  };
}

function parse(line: string): unknown {
  try {
    return (JSON.parse(line) as unknown) ?? {};
  } catch {
    return {};
  }
}

/** A file that is whole or not there, for its owner only. */
export class BackupWriter {
  private readonly mac;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    masterKey: MasterKey,
  ) {
    this.mac = createHmac('sha256', deriveKey(masterKey, 'backup'));
  }

  static async create(path: string, masterKey: MasterKey): Promise<BackupWriter> {
    try {
      return new BackupWriter(path, await open(path, 'wx', 0o600), masterKey);
    } catch (cause) {
      const why = codeOf(cause) === 'EEXIST' ? 'it is there already' : codeOf(cause);
      throw new VaultError('BACKUP_FILE', `${path} cannot be written: ${why}`, { cause });
    }
  }

  async add(...lines: readonly object[]): Promise<void> {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    this.mac.update(text);
    await this.file.appendFile(text);
  }

  async finish(): Promise<void> {
    await this.file.appendFile(`${JSON.stringify({ mac: this.mac.digest('base64') })}\n`);
    await this.file.sync();
    await this.file.close();
  }

  async discard(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'unknown reason';
}
