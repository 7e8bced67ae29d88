import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A project of somebody else that has the client in its `node_modules`, as npm would have put it there. */
export interface PackedClient {
  /** The folder of that project. */
  readonly folder: string;
  /** What `npm pack` made of the client. */
  readonly tarball: string;
  /** The package as unpacked from it. */
  readonly unpacked: string;
  /** The paths of its files, in order. */
  readonly files: readonly string[];
  /** Writes a file of the project. */
  write(name: string, text: string): Promise<void>;
  /** Runs Node in the project. @returns what it printed */
  node(...args: string[]): Promise<string>;
  /** Compiles the project as these options have it. @returns what is wrong, a line each */
  compile(options: object, files: readonly string[]): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/**
 * Builds, packs and unpacks the client. Nothing is installed: what it depends on is that of this repository.
 *
 * @param others packages the project has besides, such as `react`
 */
export async function packClient(...others: string[]): Promise<PackedClient> {
  const folder = await mkdtemp(join(tmpdir(), 'masar-client-'));
  const source = join(folder, 'package');
  const unpacked = join(folder, 'node_modules/@masar/client');
  await mkdir(source);
  await mkdir(unpacked, { recursive: true });

  const client = join(root, 'libs/client');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const built = ['--outDir', join(source, 'dist'), '--composite', 'false', '--incremental', 'false'];
  await run(process.execPath, [tsc, '-p', client, ...built]);
  for (const part of ['package.json', 'README.md', 'LICENSE', 'src']) {
    await cp(join(client, part), join(source, part), { recursive: true });
  }
  await cp(join(root, 'schema.graphql'), join(source, 'schema.graphql'));
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--offline'], { cwd: source });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  const tarball = join(source, packed.filename);
  await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components', '1']);

  const { dependencies } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), ...others]) {
    const at = join(folder, 'node_modules', name);
    await mkdir(join(at, '..'), { recursive: true });
    await symlink(join(root, 'node_modules', name), at);
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');

  return {
    folder,
    tarball,
    unpacked,
    files: (await readdir(unpacked, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1))
      .sort(),
    write: (name, text) => writeFile(join(folder, name), text),
    node: async (...args) => (await run(process.execPath, args, { cwd: folder })).stdout,
    compile: async (options, files) => {
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
      try {
        await run(process.execPath, [tsc, '-p', folder, '--noEmit', '--pretty', 'false']);
        return [];
      } catch (error) {
        return (error as { stdout: string }).stdout.trim().split('\n');
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The examples of the client's README, by the name in the comment before each. */
export async function readmeExamples(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(root, 'libs/client/README.md'), 'utf8');
  return new Map(
    [...text.matchAll(/<!-- example: (?<name>\S+) -->\n\n```\w+\n(?<code>.*?)```/gs)].map(({ groups }) => [
      groups!['name']!,
      groups!['code']!,
    ]),
  );
}
