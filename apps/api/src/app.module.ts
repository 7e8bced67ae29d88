import { type DynamicModule, Module } from '@nestjs/common';
import type { Backend } from './backend.js';
import { LiveModule } from './live/live.module.js';
import type { Platform } from './platform/platform.js';
import { PlatformModule } from './platform/platform.module.js';
import { ReadModule } from './read/read.module.js';
import { WriteModule } from './write/write.module.js';

/** The service: the edge, the read side and the write side. */
@Module({})
export class AppModule {
  static for(platform: Platform, backend: Backend): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.for(platform), ReadModule.for(backend), WriteModule.for(backend), LiveModule],
    };
  }
}
