import { once } from 'node:events';
import {
  type CommandDependencies,
  fold,
  handleCommand,
  type Ownership,
  soleOwner,
  stepId,
} from '@muster/eventsourcing';
import type { Clock } from '@muster/kernel';
import type { MailComposer } from '../application/mail-composer.ts';
import { type Mailer, MailRefused } from '../application/ports.ts';
import { effectAggregate } from '../domain/effect/effect.decider.ts';
import type { EffectOutcome, EffectRequested } from '../domain/effect/effect.events.ts';
import type { OpenMail, OutboxQueries } from '../read-models/outbox/outbox.queries.ts';

type Dependencies = CommandDependencies & {
  readonly outbox: OutboxQueries;
  readonly composer: MailComposer;
  readonly mailer: Mailer;
  readonly clock: Clock;
  /** Only who holds it hands mails over; not given where no other process does. */
  readonly ownership?: Ownership;
  /** Told the id of the effect and what kind of failure it was; never an address. */
  readonly onFailure: (effectId: string, error: unknown) => void;
  /** Makes what is done for the mail asked for at a position part of the trace it belongs to; a trace of its own without it. */
  readonly followUp?: FollowUp;
  /** Milliseconds until the next try, after that many failed ones. */
  readonly backOff?: (failures: number) => number;
};

/** Does what follows from the event at a position; the work is told the traceparent of its own facts (E10). */
type FollowUp = (position: number, work: (traceparent: string | undefined) => Promise<void>) => Promise<void>;

const AT_ONCE = 8;
/** Under what the failures of looking for mails are counted. */
const OUTBOX = 'outbox';

/** 1 s, 2 s, 4 s … up to 5 minutes. */
const doubling = (failures: number): number => Math.min(300_000, 1_000 * 2 ** (failures - 1));

/**
 * Sends the mails that are asked for in the log, apart from the requests that asked for them (E25). A mail goes out at
 * least once: a crash between sending and `EffectDone` sends it again under the same Message-ID. What is done is read
 * from the effect's own stream, so a view that is behind or was wiped repeats nothing. Of several processes one sends, and
 * asks whether it is still the one right before it hands a mail over: a mail server takes whatever it is given.
 */
export class MailReactor {
  private readonly stopping = new AbortController();
  private readonly failures = new Map<string, number>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private nudge = new AbortController();
  private running: Promise<void> | undefined;
  private readonly ownership: Ownership;

  constructor(private readonly dependencies: Dependencies) {
    this.ownership = dependencies.ownership ?? soleOwner;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Lets what is being sent finish. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.nudge.abort();
    await this.running;
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  /** Tries every open mail once that is not waiting for its next try. */
  async sendOpen(): Promise<void> {
    for await (const page of this.dependencies.outbox.open()) {
      const due = page.filter(({ id }) => !this.waiting.has(id));
      for (let first = 0; first < due.length && this.isSending; first += AT_ONCE)
        await Promise.all(due.slice(first, first + AT_ONCE).map((mail) => this.attempt(mail)));
    }
  }

  private get isSending(): boolean {
    return this.ownership.isHeld && !this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    const { log } = this.dependencies;
    while (!this.stopping.signal.aborted) {
      this.nudge = new AbortController();
      const wake = AbortSignal.any([this.nudge.signal, this.stopping.signal]);
      try {
        await this.ownership.whenHeld(wake);
        const head = await log.head();
        await this.sendOpen();
        this.failures.delete(OUTBOX);
        // Who has lost it begins again when it is back: others leave mails open that no new event tells of.
        if (this.ownership.isHeld) await log.changed(head, wake);
      } catch (error) {
        this.retryLater(OUTBOX, error);
        if (!wake.aborted) await once(wake, 'abort');
      }
    }
  }

  private async attempt(mail: OpenMail): Promise<void> {
    try {
      await this.finish(mail);
      this.failures.delete(mail.id);
    } catch (error) {
      this.retryLater(mail.id, error);
    }
  }

  private finish(mail: OpenMail): Promise<void> {
    const { followUp = (_, work) => work(undefined) } = this.dependencies;
    return followUp(mail.document.position, (traceparent) => this.deliver(mail, traceparent));
  }

  private async deliver({ id, document }: OpenMail, traceparent: string | undefined): Promise<void> {
    const { projectId, organizationId, eventId, correlationId, position } = document;
    const effectId = { projectId, organizationId, id };
    const { state } = await fold(this.dependencies, effectAggregate, effectId);
    if (!state.requested || state.done) return;
    const outcome = await this.send(state.requested, position);
    if (!outcome) return;
    const at = this.dependencies.clock();
    const command = {
      projectId,
      actor: 'system:mail',
      commandId: stepId(id, 'done'),
      correlationId,
      causationId: eventId,
      ...(traceparent === undefined ? {} : { traceparent }),
      at,
      content: { effectId: id },
    };
    await handleCommand(this.dependencies, command, async (unit) => {
      const effect = await unit.load(effectAggregate, effectId);
      effect.execute({ type: 'FinishEffect', data: { outcome }, at });
    });
  }

  /** Undefined where it is another process's to send. */
  private async send(
    requested: EffectRequested['data'],
    position: number,
  ): Promise<EffectOutcome | undefined> {
    if (!this.ownership.isHeld) return undefined;
    if (this.dependencies.clock() >= requested.expiresAt) return 'expired';
    const mail = this.dependencies.composer.compose(requested, position);
    if (!mail) return 'erased';
    try {
      await this.dependencies.mailer.send(mail);
      return 'sent';
    } catch (error) {
      if (error instanceof MailRefused) return 'refused';
      throw error;
    }
  }

  private retryLater(id: string, error: unknown): void {
    const { onFailure, backOff = doubling } = this.dependencies;
    const failures = (this.failures.get(id) ?? 0) + 1;
    this.failures.set(id, failures);
    onFailure(id, error);
    const again = setTimeout(() => {
      this.waiting.delete(id);
      this.nudge.abort();
    }, backOff(failures));
    this.waiting.set(id, again);
  }
}
