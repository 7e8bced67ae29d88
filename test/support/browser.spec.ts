import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BrowserError, type TestBrowser, startBrowser } from './browser.js';
import { processesOf } from './masar-process.js';

const started: TestBrowser[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const chromium of started.splice(0)) await chromium.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('the browser of the tests', () => {
  it('shows pages, holds them to the rules of the web, and leaves nothing behind', async () => {
    const chromium = await startBrowser();
    started.push(chromium);
    const page = await chromium.browser.newPage();
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    await page.setContent(
      `<meta http-equiv="content-security-policy" content="script-src 'none'">
       <p dir="auto">مسار</p><script>document.title = 'ran'</script>`,
    );
    expect(await page.locator('p').evaluate((text) => getComputedStyle(text).direction)).toBe('rtl');
    expect(await page.title()).toBe('');
    expect(refused.join()).toContain('Content Security Policy');
    const running = () => (process.platform === 'linux' ? processesOf(chromium.folder) : undefined);
    expect(await running()).not.toEqual([]);
    await started.pop()!.close();
    expect(existsSync(chromium.folder)).toBe(false);
    expect((await running()) ?? []).toEqual([]);
  }, 120_000);

  it('says what to do where it cannot be started, and leaves nothing behind either', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'masar-no-browser-'));
    folders.push(folder);
    const failed = startBrowser({ TMPDIR: folder, MASAR_CHROMIUM: '/nowhere/chromium' });
    await expect(failed).rejects.toThrow(BrowserError);
    await expect(failed).rejects.toThrow(
      /npm ci; point TMPDIR .* or set MASAR_CHROMIUM[^]*\/nowhere\/chromium/,
    );
    expect(await readdir(folder)).toEqual([]);
  });
});
