import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { Repeats } from '../idempotency/repeats.ts';
import type { Platform } from '../platform.ts';
import { AccessGuard } from './access.guard.ts';
import { ProblemFilter } from './problem.filter.ts';
import { Problems } from './problems.ts';

/**
 * What every service's HTTP side has in common: who may call, what an error looks like, repeats. What an answer looks
 * like is the adapter's (`createServiceApplication`): Nest's interceptors would take a third of a short call's time.
 */
@Module({})
export class HttpKitModule {
  static register(platform: Platform): DynamicModule {
    const problems = new Problems(platform.config.publicUrl);
    const repeats = new Repeats(platform, problems);
    return {
      module: HttpKitModule,
      providers: [
        { provide: APP_GUARD, useFactory: () => new AccessGuard(platform, repeats) },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(problems, platform.logger) },
      ],
    };
  }
}
