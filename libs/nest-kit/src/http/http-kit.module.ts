import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { Repeats } from '../idempotency/repeats.ts';
import type { Platform } from '../platform.ts';
import { AccessGuard } from './access.guard.ts';
import { EnvelopeInterceptor } from './envelope.interceptor.ts';
import { ProblemFilter } from './problem.filter.ts';
import { Problems } from './problems.ts';

/** What every service's HTTP side has in common: who may call, what an answer and an error look like, repeats. */
@Module({})
export class HttpKitModule {
  static register(platform: Platform): DynamicModule {
    const problems = new Problems(platform.config.publicUrl);
    const repeats = new Repeats(platform, problems);
    return {
      module: HttpKitModule,
      providers: [
        { provide: APP_GUARD, useFactory: () => new AccessGuard(platform) },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(problems) },
        { provide: APP_INTERCEPTOR, useFactory: () => new EnvelopeInterceptor(platform.log, repeats) },
      ],
    };
  }
}
