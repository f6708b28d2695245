import type { WireErrorType } from '@muster/contracts';
import { DomainError, parseEmailAddress } from '@muster/kernel';
import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import type { CaughtMail, Mailbox } from '../application/mailbox.ts';
import { mailboxPage, mailboxPolicy } from './mailbox-page.ts';
import { MAILBOX } from './tokens.ts';

/** Shows the caught mail, where there is a dev mailbox; elsewhere there is no such page. */
@Controller('dev')
export class MailboxController {
  constructor(@Inject(MAILBOX) private readonly mailbox: Mailbox | null) {}

  @Get('mailbox')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', mailboxPolicy)
  @Header('referrer-policy', 'no-referrer')
  @Header('x-content-type-options', 'nosniff')
  page(@Query('to') to: unknown): string {
    return mailboxPage(this.mails(to), typeof to === 'string' ? to : undefined);
  }

  @Get('mailbox.json')
  list(@Query('to') to: unknown): readonly CaughtMail[] {
    return this.mails(to);
  }

  private mails(to: unknown): readonly CaughtMail[] {
    if (!this.mailbox) throw new DomainError<WireErrorType>('route_not_found');
    if (typeof to !== 'string' || to === '') return this.mailbox.newestFirst();
    return this.mailbox.newestFirst(parseEmailAddress(to)?.address ?? to);
  }
}
