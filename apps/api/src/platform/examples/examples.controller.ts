import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { ApiError } from '../errors/api-error.js';

export const LIVE_EXAMPLE_PATH = '/examples/live.html';

/** The workspace this runs from, as source or built. */
const workspace = fileURLToPath(new URL('../../../../../', import.meta.url));

/** What the pages import, by the folder of their import map: built modules, as they are. */
const modules: Readonly<Record<string, () => string>> = {
  client: () => join(workspace, 'libs/client/dist'),
  'gql.tada': () => packageOfClient('gql.tada'),
  'graphql.web': () => packageOfClient('@0no-co/graphql.web'),
};

function packageOfClient(name: string): string {
  return dirname(createRequire(join(workspace, 'libs/client/package.json')).resolve(name));
}

/** Paths of modules within their package: no way up, no other kind of file. */
const modulePath = /^(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.m?js$/;

/** The pages of `docs/examples` with what they import, so that they run as they are. Not served in production. */
@Controller('examples')
export class ExamplesController {
  @Get('live.html')
  async live(@Res() reply: FastifyReply): Promise<void> {
    const html = await readFile(join(workspace, 'docs/examples/live.html'), 'utf8');
    await reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policyFor(html))
      .header('cache-control', 'no-cache')
      .send(html);
  }

  @Get('modules/:name/*')
  async module(
    @Param('name') name: string,
    @Param('*') path: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const folder = Object.hasOwn(modules, name) ? modules[name]?.() : undefined;

    const code =
      folder !== undefined && modulePath.test(path)
        ? await readFile(join(folder, path), 'utf8').catch(() => undefined)
        : undefined;
    if (code === undefined) {
      throw new ApiError('NOT_FOUND', 'there is no such module: npm run build makes the client');
    }
    await reply
      .header('content-type', 'text/javascript; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(code);
  }
}

/** The page's own inline scripts and styles by their digests, modules and connections of this origin, and nothing else. */
function policyFor(html: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${digests(html, 'script')}`,
    `style-src ${digests(html, 'style')}`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function digests(html: string, element: 'script' | 'style'): string {
  const found = html.matchAll(new RegExp(`<${element}(?: [^>]*)?>([^]*?)</${element}>`, 'g'));
  return [...found]
    .map(([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`)
    .join(' ');
}
