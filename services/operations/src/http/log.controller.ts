import { Caller, type CallerContext, strictBody } from '@muster/nest-kit';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { LogTasks } from '../application/log-tasks.ts';
import { noBody } from './no-body.ts';
import { AgeBody } from './operations.dto.ts';
import { logWire, taskWire } from './log.wire.ts';

/** The log itself: what it holds, whether it is whole, what of it may be let go. */
@Controller('v1/log')
export class LogController {
  constructor(private readonly tasks: LogTasks) {}

  @Get()
  async get() {
    return { log: logWire(await this.tasks.report()) };
  }

  @Post('verify')
  verify(@Body(noBody) _body: void) {
    return { verification: taskWire(this.tasks.verify()) };
  }

  @Post('count')
  count(@Body(noBody) _body: void) {
    return { count: taskWire(this.tasks.count()) };
  }

  @Post('age')
  async age(@Body(strictBody(AgeBody)) body: AgeBody, @Caller() { context }: CallerContext) {
    const { older_than_days: olderThanDays, dry_run: dryRun } = body;
    return { ageing: taskWire(await this.tasks.age({ olderThanDays, dryRun, actor: context.actor })) };
  }
}
