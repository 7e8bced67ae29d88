// Run by `browser.ts` in a process of its own: prints where the package unpacked its Chromium.
import chromium from '@sparticuz/chromium';

process.stdout.write(await chromium.executablePath());
