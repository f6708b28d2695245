import { noSessionPolicy } from '@muster/contracts';
import { acme, globex } from '../testing/facts.ts';
import { mintRequest, provenAtAcme } from '../testing/mint-request.ts';
import { SessionRig } from '../testing/session-rig.ts';
import type { MintRequest } from './mint/mint-attempt.ts';

let rig: SessionRig;
beforeEach(async () => {
  rig = await SessionRig.start();
});
afterEach(() => rig.stop());

const minted = async (given: Partial<MintRequest> = {}): Promise<string> => {
  const { context, command } = rig.call();
  const outcome = await rig.application.funnel.mint(mintRequest(given), command, context);
  if (!outcome.minted) throw new Error('nothing was minted');
  return outcome.sessionId;
};

describe('what is minted', () => {
  const stored = async (sessionId: string) => (await rig.application.readSession(sessionId))!;

  it.each([
    ['sixty minutes where nothing is said', null, null, '2026-11-23T10:00:00.000Z'],
    ['what was asked for', 30, null, '2026-11-23T09:30:00.000Z'],
    ['R14: never more than the organization’s maximum', 600, 480, '2026-11-23T17:00:00.000Z'],
    ['R14: less than the maximum where less was asked for', 30, 480, '2026-11-23T09:30:00.000Z'],
    ['R14: the default under the maximum, too', null, 15, '2026-11-23T09:15:00.000Z'],
  ] as const)('lasts %s', async (_, durationMinutes, maximumDurationMinutes, expiresAt) => {
    await rig.organizations.changeOrganization(acme, {
      session: { ...noSessionPolicy, maximumDurationMinutes },
    });
    expect((await stored(await minted({ durationMinutes }))).session.expiresAt).toBe(expiresAt);
  });

  it('R14: is not extended past the maximum from its start', async () => {
    await rig.organizations.changeOrganization(acme, {
      session: { ...noSessionPolicy, maximumDurationMinutes: 90 },
    });
    const sessionId = await minted();
    rig.pass({ minutes: 50 });
    const continued = { sessionId, activeAt: rig.now };
    await minted({ proofs: [], continued, durationMinutes: 60 });
    expect((await stored(sessionId)).session.expiresAt).toBe('2026-11-23T10:30:00.000Z');
  });

  it('R16: keeps the epochs it depends on', async () =>
    expect((await stored(await minted())).session).toMatchObject({ organizationEpoch: 3, memberEpoch: 7 }));

  it('R3, R12: holds only factors that count here, with this organization’s id of the address', async () => {
    const factors = [
      ...provenAtAcme(),
      ...provenAtAcme({ method: 'email_otp', trust: { kind: 'organization', organizationId: globex } }),
      ...provenAtAcme({
        method: 'email_otp',
        subject: { kind: 'email', address: 'eve@acme.test', emailId: 'x' },
      }),
    ];
    const { ledger } = (await stored(await minted({ proofs: factors }))).session;
    expect(ledger.map(({ factor }) => [factor.method, factor.subject])).toEqual([
      ['magic_link', { kind: 'email', address: 'ada@acme.test', emailId: 'member-email-ada-at-acme' }],
    ]);
  });

  it('E12: shows no address and no claim in the log', async () => {
    await minted({ customClaims: { nickname: 'countess' } });
    const text = JSON.stringify(await rig.log.readAll(0, 100));
    expect(text).toContain('session.SessionStarted');
    expect(text).not.toContain('ada@acme.test');
    expect(text).not.toContain('countess');
  });

  it('E5: is the same session again for the same command', async () => {
    const { context, command } = rig.call('Mint', 'key-1');
    const first = await rig.application.funnel.mint(mintRequest(), command, context);
    const second = await rig.application.funnel.mint(mintRequest(), command, context);
    expect(second).toEqual(first);
    expect(await rig.written()).toEqual(['session.SessionStarted']);
  });
});
