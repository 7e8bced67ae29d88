import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

/** Printed by every failure to start, for who reads it knows nothing of how the tests get their browser. */
const advice =
  'Browser tests bring a Chromium from npm (@sparticuz/chromium: Linux on x64) and unpack it, 210 MB, into the temporary ' +
  'folder. Run npm ci; point TMPDIR to a folder with that much room that programs may be run from; or set MASAR_CHROMIUM ' +
  'to the path of a Chrome, Chromium or headless shell of yours.';

/** A browser that could not be started; `message` says what to do about it. */
export class BrowserError extends Error {
  override readonly name = 'BrowserError';
}

/** A Chromium of a test. What it wrote to disk goes when it is closed. */
export interface TestBrowser {
  readonly browser: Browser;
  /** Where everything of it lies: gone after `close`. */
  readonly folder: string;
  close(): Promise<void>;
}

/**
 * Starts a real Chromium, headless, that needs no network, no system package and no user other than root. Web pages are
 * held to the same rules as anywhere: origins, content policies and certificates are checked.
 *
 * @throws BrowserError
 */
export async function startBrowser(environment = process.env): Promise<TestBrowser> {
  const folder = await mkdtemp(join(environment['TMPDIR'] || tmpdir(), 'masar-chromium-'));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const own = environment['MASAR_CHROMIUM'];
    const executablePath = own || (await unpack(folder));
    // Playwright would leave folders behind if it found out only then.
    await access(executablePath, constants.X_OK);
    const browser = await chromium.launch({
      executablePath,
      // Not the flags that come with the package: they share one process, and switch off what the tests are about.
      args: ['--no-zygote', '--disable-gpu', '--font-render-hinting=none'],
      env: { ...environment, TMPDIR: folder, HOME: folder, ...(!own && (await surroundings(folder))) },
      timeout: 60_000,
    });
    const close = async () => {
      await browser.close();
      await remove();
    };
    return { browser, folder, close };
  } catch (error) {
    await remove();
    throw new BrowserError(`Chromium could not be started. ${advice}\n${String(error)}`, { cause: error });
  }
}

/**
 * The package unpacks into the temporary folder of its process, and only once for all: so it gets a process and a folder
 * of its own. That it runs on Lambda makes it unpack the libraries a bare system lacks.
 */
async function unpack(folder: string): Promise<string> {
  const script = fileURLToPath(new URL('./unpack-chromium.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    env: { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
  });
  return stdout;
}

/** Its libraries, and fonts: the one that comes along, and those of the system for the scripts that one lacks. */
async function surroundings(folder: string): Promise<Record<string, string>> {
  const configuration = join(folder, 'fontconfig');
  await mkdir(configuration);
  const fonts = [join(folder, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  await writeFile(
    join(configuration, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${fonts
      .map((path) => `<dir>${path}</dir>`)
      .join('')}<cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>`,
  );
  return { FONTCONFIG_PATH: configuration, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
}
