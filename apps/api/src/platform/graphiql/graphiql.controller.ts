import { createHash } from 'node:crypto';

import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { SampleQuery } from './samples.js';

/** Injection token of the queries GraphiQL opens with. */
export const SAMPLE_QUERIES = Symbol('SAMPLE_QUERIES');

export const GRAPHIQL_PATH = '/graphiql';

/** What the header editor shows: the one thing to fill in. Kept for the tab, not stored. */
const HEADERS = JSON.stringify({ Authorization: 'Bearer <npx masar token --role analyst>' }, null, 2);

/** GraphiQL, all of it in one page: it works with no network. Not served in production. */
@Controller()
export class GraphiqlController {
  private page: { html: string; policy: string } | undefined;

  constructor(@Inject(SAMPLE_QUERIES) private readonly samples: readonly SampleQuery[]) {}

  @Get(GRAPHIQL_PATH)
  async open(@Res() reply: FastifyReply): Promise<void> {
    const { html, policy } = (this.page ??= this.render());
    await reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .send(html);
  }

  private render(): { html: string; policy: string } {
    const html = renderGraphiQL({
      title: 'Masar',
      endpoint: '/graphql',
      headers: HEADERS,
      defaultHeaders: HEADERS,
      defaultTabs: this.samples.map(({ query, variables }) => ({
        query,
        variables: variables ?? null,
        headers: HEADERS,
      })),
      shouldPersistHeaders: false,
    });
    return { html, policy: policyFor(html) };
  }
}

/** Its own inline script and no other; its editor compiles workers from blobs and styles itself. */
function policyFor(html: string): string {
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}' blob:`,
    'worker-src blob:',
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
