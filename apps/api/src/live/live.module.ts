import { Module } from '@nestjs/common';
import { LiveResolver } from './live.resolver.js';

/** What subscriptions take and send. The live source, which the composition root opens, makes what they send. */
@Module({ providers: [LiveResolver] })
export class LiveModule {}
