import type { RequestContext } from '@muster/contracts';
import type { CommandContext } from '@muster/eventsourcing';
import { plusMinutes } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import { assertPresent } from '../domain/member/member.rules.ts';
import { assertMayReaddress } from './member-grants.ts';
import type { MemberLookup } from './member-lookup.ts';
import { authorityOf, canonical, changeMember, handleMemberCommand, makeRoom } from './member-work.ts';
import { memberIn } from './place.ts';
import type { ActingMember, Identity, MemberDependencies } from './ports.ts';

const MINUTES = 5;

export type EmailUpdate = {
  readonly emailAddress: string;
  readonly delivery: 'EMAIL_MAGIC_LINK' | 'EMAIL_OTP';
  readonly redirectUrl: string | null;
};

/** A member's own move to another address: kept for them for five minutes, completed by proving it. */
export class EmailUpdateService {
  constructor(
    private readonly dependencies: MemberDependencies,
    private readonly lookup: MemberLookup,
    private readonly identity: Pick<Identity, 'sendEmailUpdate'>,
  ) {}

  /** The address is kept before the mail is sent: who gets the proof can always use it (R5). */
  async start(
    organizationId: string,
    memberId: string,
    { emailAddress, delivery, redirectUrl }: EmailUpdate,
    caller: { readonly acting: ActingMember | null; readonly context: RequestContext },
    command: CommandContext,
  ): Promise<void> {
    const { projectId, newId } = this.dependencies;
    const place = { projectId, organizationId };
    const address = canonical(emailAddress);
    const { at, commandId } = command;
    const emailId = newId('member-email');
    await handleMemberCommand(this.dependencies, command, async (unit) => {
      await makeRoom(unit, this.lookup, { place, address, at, endMemberships: true });
      const id = memberIn(place, memberId);
      const { state } = await unit.load(memberAggregate, id);
      assertPresent(state, at);
      if (caller.acting?.memberId !== memberId) assertMayReaddress(caller.acting, state.roles);
      const data = { emailId, address, until: plusMinutes(at, MINUTES) };
      await changeMember(unit, id, [{ type: 'StartEmailUpdate', data, at }], authorityOf(command));
    });
    const mail = { organizationId, memberId, address, delivery, redirectUrl };
    await this.identity.sendEmailUpdate({ commandId: `${commandId}.mail`, ...mail }, caller.context);
  }
}
