// Writes docs/events.md, docs/lifecycle.md, docs/roles.md and the schemas of events from the code: `npm run catalogue`.
import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { adviceOn, catalogue } from './pages.mjs';

const { files, breaks } = await catalogue();
if (breaks.size > 0) {
  for (const [type, found] of breaks) console.error(adviceOn(type, found));
  process.exitCode = 1;
} else {
  for (const [path, text] of files) {
    const target = resolve(import.meta.dirname, '../..', path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  console.log(`wrote ${files.size} files`);
}
