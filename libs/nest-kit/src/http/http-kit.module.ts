import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { Platform } from '../platform.ts';
import { AccessGuard } from './access.guard.ts';
import { EnvelopeInterceptor } from './envelope.interceptor.ts';
import { ProblemFilter } from './problem.filter.ts';

/** What every service's HTTP side has in common: who may call, what an answer and an error look like. */
@Module({})
export class HttpKitModule {
  static register(platform: Platform): DynamicModule {
    return {
      module: HttpKitModule,
      providers: [
        { provide: APP_GUARD, useFactory: () => new AccessGuard(platform) },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(platform.config.publicUrl) },
        { provide: APP_INTERCEPTOR, useFactory: () => new EnvelopeInterceptor(platform.log) },
      ],
    };
  }
}
