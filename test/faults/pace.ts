import { setTimeout as pause } from 'node:timers/promises';
import type { WireAnswer, WireClient } from '@muster/testkit';
import { percentile } from './figures.ts';
import type { Told } from '../crash/told.ts';

export type PaceFigures = {
  readonly asked: number;
  readonly acknowledged: number;
  /** Answered 'not now'. */
  readonly refused: number;
  readonly unanswered: number;
  readonly p99Milliseconds: number;
};

const addressOf = (serial: number): string => `paced${serial}@paced.example`;

/** New members of one organization at a steady rate, whatever becomes of those asked for before. */
export class Pace {
  private serial = 0;

  private constructor(
    private readonly wire: WireClient,
    private readonly told: Told,
    readonly organizationId: string,
  ) {}

  static async start(wire: WireClient, told: Told): Promise<Pace> {
    const name = 'paced';
    const answer = await wire.post('/v1/b2b/organizations', {
      organization_name: name,
      organization_slug: name,
    });
    const organizationId = answer.body.organization.organization_id as string;
    told.organizations.set(organizationId, { name, maximumDurationMinutes: null });
    return new Pace(wire, told, organizationId);
  }

  /** @param perSecond commands that are begun each second, for so many seconds */
  async run(perSecond: number, seconds: number): Promise<PaceFigures> {
    const latencies: number[] = [];
    let refused = 0;
    let unanswered = 0;
    const asked = perSecond * seconds;
    const began = performance.now();
    const commands: Promise<void>[] = [];
    for (let n = 0; n < asked; n++) {
      const due = began + (n * 1_000) / perSecond;
      if (due > performance.now()) await pause(due - performance.now());
      const command = this.createMember();
      commands.push(
        command.then((outcome) => {
          if (outcome === 'refused') refused += 1;
          else if (outcome === 'unanswered') unanswered += 1;
          else latencies.push(outcome);
        }),
      );
    }
    await Promise.all(commands);
    const p99Milliseconds = Math.round(percentile(latencies, 0.99));
    return { asked, acknowledged: latencies.length, refused, unanswered, p99Milliseconds };
  }

  /** The address of somebody who is a member already. */
  async probe(): Promise<string> {
    await this.write();
    return addressOf(this.serial);
  }

  /** One more; the position it was acknowledged with, undefined where it was not. */
  async write(): Promise<number | undefined> {
    const outcome = await this.createMember();
    return typeof outcome === 'number' ? this.told.position : undefined;
  }

  /** Milliseconds until it was acknowledged, or what became of it. */
  private async createMember(): Promise<number | 'refused' | 'unanswered'> {
    const { told, organizationId } = this;
    this.serial += 1;
    const address = addressOf(this.serial);
    told.addresses.add(address);
    const began = performance.now();
    const answer = await this.ask(address);
    if (answer?.status === 200) {
      const { member } = answer.body;
      told.members.set(member.member_id, { organizationId, address, roles: [] });
      told.acknowledge(Number(answer.headers.get('muster-position')));
      return performance.now() - began;
    }
    // 'Not now' may also be said of a write whose outcome is not known (E8).
    told.perhapsMembers.push({ organizationId, address });
    if (answer?.status === 503) return 'refused';
    if (answer) told.wrong.push(`a new member was answered ${answer.status}: ${answer.text}`);
    told.unanswered += 1;
    return 'unanswered';
  }

  private ask(email_address: string): Promise<WireAnswer | undefined> {
    const path = `/v1/b2b/organizations/${this.organizationId}/members`;
    return this.wire.post(path, { email_address, name: 'Kim' }).catch(() => undefined);
  }
}
