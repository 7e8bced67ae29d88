import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { Metrics } from './metrics.js';
import { Readiness, type ReadinessReport } from './readiness.js';

/** What supervisors and monitors ask. No token is needed, and nothing is said about what the service holds. */
@Controller()
export class HealthController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** 200 as long as the process answers at all. */
  @Get('health/live')
  @Header('cache-control', 'no-store')
  live(): { live: true } {
    return { live: true };
  }

  /** 200 where requests can be answered; 503 with what is missing. */
  @Get('health/ready')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    void reply.code(report.ready ? 200 : 503);
    return report;
  }

  /** Prometheus's text format. */
  @Get('metrics')
  @Header('cache-control', 'no-store')
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}
