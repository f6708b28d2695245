import type { WireErrorType } from '@muster/contracts';
import type { ViewOperations } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import { orRefused, strictBody } from '@muster/nest-kit';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { noBody } from './no-body.ts';
import { DryRunBody, ReleaseBody, VerifyBody } from './operations.dto.ts';
import { VIEWS } from './views.token.ts';
import { wireNames } from './wire-names.ts';

/** Read models: how far they are, built anew, compared, exchanged (R50, E22–E24). */
@Controller('v1/projections')
export class ProjectionsController {
  constructor(@Inject(VIEWS) private readonly views: ViewOperations) {}

  @Get()
  async list() {
    return { projections: wireNames(await this.views.list()) };
  }

  @Get(':name')
  async get(@Param('name') name: string) {
    return { projection: wireNames(await orRefused(() => this.views.get(name))) };
  }

  @Post(':name/rebuild')
  async rebuild(@Param('name') name: string, @Body(strictBody(DryRunBody)) { dry_run: dryRun }: DryRunBody) {
    return { rebuild: wireNames(await orRefused(() => this.views.rebuild(name, { dryRun }))) };
  }

  @Post(':name/cancel')
  async cancel(@Param('name') name: string, @Body(noBody) _body: void) {
    return { projection: wireNames(await orRefused(() => this.views.cancel(name))) };
  }

  @Post(':name/verify')
  async verify(@Param('name') name: string, @Body(strictBody(VerifyBody)) { as_of: asOf }: VerifyBody) {
    const options = asOf === undefined ? {} : { asOf };
    return { projection: wireNames(await orRefused(() => this.views.verify(name, options))) };
  }

  @Post(':name/swap')
  async swap(@Param('name') name: string, @Body(strictBody(DryRunBody)) { dry_run: dryRun }: DryRunBody) {
    return { swap: wireNames(await orRefused(() => this.views.swap(name, { dryRun }))) };
  }

  @Post(':name/release')
  async release(@Param('name') name: string, @Body(strictBody(ReleaseBody)) { stream }: ReleaseBody) {
    const { parked, shadow } = await orRefused(() => this.views.get(name));
    const waiting = [...parked, ...(shadow?.parked ?? [])];
    if (!waiting.some((one) => one.stream === stream))
      throw new DomainError<WireErrorType>('stream_not_parked', { pointer: '/stream' });
    return { release: wireNames(await orRefused(() => this.views.release(name, stream))) };
  }
}
