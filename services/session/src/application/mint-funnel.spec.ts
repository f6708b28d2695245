import { type MemberFacts, type OrganizationFacts, noSessionPolicy } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import type { Ledger } from '../domain/ledger.ts';
import { acme, adaAtAcme, adaAtGlobex, emailFactor, entryOf, globex, memberFacts } from '../testing/facts.ts';
import { mintRequest, provenAtAcme } from '../testing/mint-request.ts';
import { SessionRig } from '../testing/session-rig.ts';
import { mintChecks } from './mint/mint-checks.ts';
import type { MintRequest } from './mint/mint-attempt.ts';

let rig: SessionRig;
beforeEach(async () => {
  rig = await SessionRig.start();
});
afterEach(() => rig.stop());

/** What became of it: a session, an error's code, or what is missing. */
const verdict = async (given: Partial<MintRequest> = {}): Promise<string> => {
  const { context, command } = rig.call();
  try {
    const outcome = await rig.application.funnel.mint(mintRequest(given), command, context);
    if (outcome.minted) return 'minted';
    const { primary_required, mfa_required, reauthentication_required } = outcome.gap;
    return [primary_required, mfa_required, reauthentication_required]
      .flatMap((part) => part?.reasons.map(({ code }) => code) ?? [])
      .join();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

const optional = { requirement: 'OPTIONAL', mode: 'ALL_ALLOWED', allowed: [] } as const;

const minted = async (given: Partial<MintRequest> = {}): Promise<string> => {
  const { context, command } = rig.call();
  const outcome = await rig.application.funnel.mint(mintRequest(given), command, context);
  if (!outcome.minted) throw new Error('nothing was minted');
  return outcome.sessionId;
};

describe('R15: the one funnel', () => {
  it('mints a session, in one commit that is all there is', async () => {
    expect(await verdict()).toBe('minted');
    expect(await rig.written()).toEqual(['session.SessionStarted']);
  });

  it('has twelve checks, each of which is tried below', () => expect(mintChecks).toHaveLength(12));

  it('S12 (target organization): refuses facts about another organization than the one asked for', async () => {
    const { entry } = rig.organizations;
    rig.organizations.entry = (asked) => entry({ ...asked, organization: globex });
    expect(
      await verdict({ memberId: adaAtGlobex, proofs: [{ ...provenAtAcme()[0]!, provenFor: null }] }),
    ).toBe('organization_not_found');
  });

  it('S12 (target organization): refuses a name that stands for the organization instead of its id', async () =>
    expect(await verdict({ organizationId: 'acme' })).toBe('organization_not_found'));

  it('R16 (organization epoch): refuses what was proven before the organization was disabled', async () => {
    await rig.organizations.changeOrganization(acme, { epoch: 4 });
    expect(await verdict()).toBe('insufficient_factors');
  });

  it('R16: refuses it even with a fresh proof beside', async () => {
    await rig.organizations.changeOrganization(acme, { epoch: 4 });
    const fresh = { factor: emailFactor({ method: 'email_otp' }), provenFor: null };
    expect(await verdict({ proofs: [...provenAtAcme(), fresh] })).toBe('insufficient_factors');
  });

  it.each(['pending', 'invited', 'deleted'] as const)(
    'R15 (active member): refuses a member who is %s',
    async (status) => {
      await rig.organizations.changeMember(adaAtAcme, { status });
      expect(await verdict()).toBe('member_does_not_exist_in_organization');
    },
  );

  it('R34 (active member): refuses a membership at its end, and not a moment before', async () => {
    await rig.organizations.changeMember(adaAtAcme, { expiresAt: '2026-11-23T09:00:00.001Z' });
    expect(await verdict()).toBe('minted');
    await rig.organizations.changeMember(adaAtAcme, { expiresAt: '2026-11-23T09:00:00.000Z' });
    expect(await verdict()).toBe('member_does_not_exist_in_organization');
  });

  it('R1 (active member): refuses a member of another organization', async () =>
    expect(await verdict({ memberId: adaAtGlobex })).toBe('member_does_not_exist_in_organization'));

  it('R1 (active member): refuses a member whom the facts say to be of another organization', async () => {
    const wire = { ...memberFacts().wire, organization_id: globex };
    const facts = (await rig.organizations.entry({ organization: acme, memberId: adaAtAcme })).organization;
    rig.organizations.entry = async () => entryOf(facts, { ...memberFacts(), wire });
    expect(await verdict()).toBe('member_does_not_exist_in_organization');
  });

  it('S12 (active member): refuses another member than the one asked for', async () => {
    const { entry } = rig.organizations;
    const grace = memberFacts({ memberId: 'member-test-grace' });
    rig.organizations.entry = async (asked) => ({ ...(await entry(asked)), member: grace });
    expect(await verdict()).toBe('member_does_not_exist_in_organization');
  });

  it('R16 (member epoch): refuses what was proven before the member was disabled', async () => {
    await rig.organizations.changeMember(adaAtAcme, { epoch: 8 });
    expect(await verdict()).toBe('insufficient_factors');
  });

  it('R16 (continued session): refuses to go on with a session that no longer counts', async () => {
    const sessionId = await minted();
    await rig.organizations.changeMember(adaAtAcme, { epoch: 8 });
    expect(await verdict({ proofs: [], continued: { sessionId, activeAt: rig.now } })).toBe(
      'insufficient_factors',
    );
    const fresh = [{ factor: emailFactor(), provenFor: null }];
    rig.organizations.asked.length = 0;
    await rig.organizations.changeOrganization(acme, {
      session: { ...noSessionPolicy, idleTimeoutMinutes: 5 },
    });
    await rig.organizations.changeMember(adaAtAcme, { epoch: 7 });
    rig.pass({ minutes: 5 });
    expect(
      await verdict({ proofs: fresh, continued: { sessionId, activeAt: '2026-11-23T09:00:00.000Z' } }),
    ).toBe('session_not_found');
  });

  it('R17 (continued session): refuses to go on with a session that is not there', async () =>
    expect(
      await verdict({ continued: { sessionId: rig.dependencies.newId('session'), activeAt: rig.now } }),
    ).toBe('session_not_found'));

  it('R10 (verified address): refuses an address that an administrator wrote down and nobody proved', async () => {
    await rig.organizations.changeMember(adaAtAcme, { emailVerified: false });
    expect(await verdict()).toBe('email_verification_required');
  });

  it.each<[string, Ledger]>([
    ['nothing', []],
    ['another address', provenAtAcme({ subject: { kind: 'email', address: 'eve@acme.test', emailId: '' } })],
    [
      'something of another organization',
      provenAtAcme({ trust: { kind: 'organization', organizationId: globex } }),
    ],
    [
      'the subject of a connection (R12)',
      provenAtAcme({
        subject: { kind: 'connection', connectionId: 'saml-1', subject: 'ada@acme.test' },
        trust: { kind: 'connection', connectionId: 'saml-1' },
      }),
    ],
  ])('R10 (proven subject): asks for a primary factor where there is %s', async (_, proofs) =>
    expect(await verdict({ proofs })).toBe('no_transferable_factor'),
  );

  it('R11 (allowed method): asks for a method that the organization allows', async () => {
    await rig.organizations.changeOrganization(acme, {
      authentication: { mode: 'RESTRICTED', allowed: ['email_otp'] },
    });
    expect(await verdict()).toBe('methods_not_allowed');
    expect(await verdict({ proofs: provenAtAcme({ method: 'email_otp' }) })).toBe('minted');
  });

  it.each<[string, Partial<OrganizationFacts>, Partial<MemberFacts>, string]>([
    [
      'the organization',
      { mfa: { ...optional, requirement: 'REQUIRED_FOR_ALL' } },
      {},
      'mfa_required_by_organization',
    ],
    ['the member', {}, { mfaEnrolled: true }, 'mfa_enrolled_by_member'],
  ])(
    'R13 (performed MFA): asks for what %s demands, also while nothing could answer it',
    async (_, organization, member, code) => {
      await rig.organizations.changeOrganization(acme, organization);
      await rig.organizations.changeMember(adaAtAcme, member);
      expect(await verdict()).toBe(code);
    },
  );

  it('R14 (recent proof): asks again for what was proven too long ago', async () => {
    await rig.organizations.changeOrganization(acme, {
      session: { ...noSessionPolicy, reauthenticationIntervalMinutes: 360 },
    });
    rig.pass({ minutes: 359, seconds: 59 });
    expect(await verdict()).toBe('minted');
    rig.pass({ seconds: 1 });
    expect(await verdict()).toBe('proven_too_long_ago');
  });

  it.each([
    [4, 'invalid_session_duration_minutes'],
    [5, 'minted'],
    [527_040, 'minted'],
    [527_041, 'invalid_session_duration_minutes'],
    [60.5, 'invalid_session_duration_minutes'],
    [Number.NaN, 'invalid_session_duration_minutes'],
  ])('R14 (session duration): %d minutes: %s', async (durationMinutes, expected) =>
    expect(await verdict({ durationMinutes })).toBe(expected),
  );

  it('S17 (custom claims): refuses claims that speak as somebody else', async () =>
    expect(await verdict({ customClaims: { sub: 'member-2' } })).toBe('reserved_claims_in_custom_claims'));

  it('fails closed: no answer of the organization service, no session', async () => {
    rig.organizations.reachable = false;
    await expect(verdict()).rejects.toThrow('organization is unavailable');
    expect(await rig.written()).toEqual([]);
  });

  it('writes nothing where something is missing', async () => {
    await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: true });
    await verdict();
    expect(await rig.written()).toEqual([]);
  });
});
