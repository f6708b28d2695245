import { authMethods, type Factor, type MemberFacts } from '@muster/contracts';
import {
  type GapInputs,
  gapOf,
  isClosed,
  memberAsEntrant,
  nothingMissing,
  strangerAsEntrant,
} from './gap.ts';

const A = 'organization-test-00000000-0000-7000-8000-00000000000a';
const B = 'organization-test-00000000-0000-7000-8000-00000000000b';

const link: Factor = {
  method: 'magic_link',
  order: 'PRIMARY',
  subject: { kind: 'email', address: 'ada@acme.test', emailId: '' },
  trust: { kind: 'anywhere' },
  firstProvenAt: '2026-11-23T08:00:00.000Z',
  lastProvenAt: '2026-11-23T09:00:00.000Z',
};
const open: GapInputs['organization'] = {
  organizationId: B,
  authentication: { mode: 'ALL_ALLOWED', allowed: [] },
  mfa: { requirement: 'OPTIONAL', mode: 'ALL_ALLOWED', allowed: [] },
  session: { maximumDurationMinutes: null, idleTimeoutMinutes: null, reauthenticationIntervalMinutes: null },
};
const onlySso = { mode: 'RESTRICTED', allowed: ['sso'] } as const;
const required = { requirement: 'REQUIRED_FOR_ALL', mode: 'ALL_ALLOWED', allowed: [] } as const;
const everySixHours = { ...open.session, reauthenticationIntervalMinutes: 360 };
const ada = strangerAsEntrant('ada@acme.test');

type Row = {
  factors?: readonly Partial<Factor>[];
  organization?: Partial<GapInputs['organization']>;
  entrant?: Partial<GapInputs['entrant']>;
  at?: string;
};
const gap = ({ factors = [{}], organization = {}, entrant = {}, at = '2026-11-23T09:01:00.000Z' }: Row) =>
  gapOf({
    ledger: factors.map((factor) => ({ factor: { ...link, ...factor }, provenFor: null })),
    organization: { ...open, ...organization },
    entrant: { ...ada, ...entrant },
    at,
  });
const codes = (row: Row) => {
  const { primary_required, mfa_required, reauthentication_required } = gap(row);
  return [primary_required, mfa_required, reauthentication_required].map(
    (part) => part && part.reasons.map(({ code }) => code),
  );
};

const NONE = ['no_transferable_factor'];
const METHODS = ['methods_not_allowed'];

describe('R11: what is missing, in the order it is asked for: primary, MFA, re-authentication', () => {
  it.each<[string, Row, (string[] | null)[]]>([
    ['nothing, with one factor and an open policy', {}, [null, null, null]],
    ['a primary factor, without any', { factors: [] }, [NONE, null, null]],
    [
      'R10: a primary factor, where the one there is proves another address',
      { entrant: { address: 'grace@acme.test' } },
      [NONE, null, null],
    ],
    [
      'R10: a primary factor, where the one there is counts in another organization only',
      { factors: [{ trust: { kind: 'organization', organizationId: A } }] },
      [NONE, null, null],
    ],
    [
      'R10: nothing, where the factor is this organization’s own',
      { factors: [{ trust: { kind: 'organization', organizationId: B } }] },
      [null, null, null],
    ],
    [
      'R12: a primary factor, where the one there is came through a connection',
      { factors: [{ trust: { kind: 'connection', connectionId: 'saml-1' } }] },
      [NONE, null, null],
    ],
    [
      'R12: a primary factor, where a connection’s subject happens to look like the address',
      { factors: [{ subject: { kind: 'connection', connectionId: 'saml-1', subject: 'ada@acme.test' } }] },
      [NONE, null, null],
    ],
    [
      'a primary factor, where there is only a second one',
      { factors: [{ order: 'SECONDARY' }] },
      [NONE, null, null],
    ],
    [
      'a primary factor of an allowed method',
      { organization: { authentication: onlySso } },
      [METHODS, null, null],
    ],
    [
      'nothing, where one of two factors is of an allowed method',
      {
        factors: [{}, { method: 'email_otp' }],
        organization: { authentication: { mode: 'RESTRICTED', allowed: ['email_otp'] } },
      },
      [null, null, null],
    ],
    [
      'nothing of a breakglass member, whatever methods are allowed',
      { organization: { authentication: onlySso }, entrant: { isBreakglass: true } },
      [null, null, null],
    ],
    [
      'R13: a second factor, where the organization requires it',
      { organization: { mfa: required } },
      [null, ['mfa_required_by_organization'], null],
    ],
    [
      'R13: a second factor, where the member enrolled and the organization does not care',
      { entrant: { mfaEnrolled: true } },
      [null, ['mfa_enrolled_by_member'], null],
    ],
    [
      'R13: a second factor for both reasons',
      { organization: { mfa: required }, entrant: { mfaEnrolled: true } },
      [null, ['mfa_required_by_organization', 'mfa_enrolled_by_member'], null],
    ],
    [
      'R13: a second factor even of a breakglass member',
      { organization: { mfa: required }, entrant: { isBreakglass: true } },
      [null, ['mfa_required_by_organization'], null],
    ],
    [
      'R13: a second factor, where an e-mail link was given twice and called second',
      { factors: [{}, { order: 'SECONDARY' }], organization: { mfa: required } },
      [null, ['mfa_required_by_organization'], null],
    ],
    [
      'R14: nothing a moment before the interval has passed',
      { organization: { session: everySixHours }, at: '2026-11-23T14:59:59.999Z' },
      [null, null, null],
    ],
    [
      'R14: a fresh proof at the very end of the interval',
      { organization: { session: everySixHours }, at: '2026-11-23T15:00:00.000Z' },
      [null, null, ['proven_too_long_ago']],
    ],
    [
      'R14: nothing, where one of two factors is fresh',
      {
        factors: [{ lastProvenAt: '2026-11-23T14:00:00.000Z' }, {}],
        organization: { session: everySixHours },
        at: '2026-11-23T15:00:00.000Z',
      },
      [null, null, null],
    ],
    [
      'R14: a fresh proof, where only a method that is not allowed is fresh',
      {
        factors: [{}, { method: 'email_otp', lastProvenAt: '2026-11-23T14:00:00.000Z' }],
        organization: {
          session: everySixHours,
          authentication: { mode: 'RESTRICTED', allowed: ['magic_link'] },
        },
        at: '2026-11-23T15:00:00.000Z',
      },
      [null, null, ['proven_too_long_ago']],
    ],
    [
      'R14: only a primary factor, where there is none that could be too old',
      {
        organization: { session: everySixHours, authentication: onlySso },
        at: '2026-11-23T15:00:00.000Z',
      },
      [METHODS, null, null],
    ],
    [
      'all that is missing at once',
      { factors: [], organization: { mfa: required, session: everySixHours } },
      [NONE, ['mfa_required_by_organization'], null],
    ],
  ])('%s', (_, row, expected) => {
    expect(codes(row)).toEqual(expected);
    expect(isClosed(gap(row))).toBe(expected.every((part) => part === null));
  });
});

describe('what is asked for', () => {
  it('names the allowed methods, and those used in vain', () =>
    expect(gap({ organization: { authentication: onlySso } }).primary_required).toEqual({
      allowed_auth_methods: ['sso'],
      reasons: [
        {
          code: 'methods_not_allowed',
          message: 'The organization does not allow the methods used so far.',
          details: { used_methods: ['magic_link'] },
        },
      ],
    }));

  it('names all methods where none is excluded, so that an empty list always means "none"', () =>
    expect(gap({ factors: [] }).primary_required?.allowed_auth_methods).toEqual(authMethods));

  it('names all methods for a breakglass member', () =>
    expect(
      gap({ factors: [], organization: { authentication: onlySso }, entrant: { isBreakglass: true } })
        .primary_required?.allowed_auth_methods,
    ).toEqual(authMethods));

  it('R14: names interval and age', () =>
    expect(
      gap({ organization: { session: everySixHours }, at: '2026-11-23T15:00:00.000Z' })
        .reauthentication_required?.reasons,
    ).toEqual([
      {
        code: 'proven_too_long_ago',
        message: 'The organization asks for authentication at shorter intervals.',
        details: { interval_minutes: 360, last_proven_at: '2026-11-23T09:00:00.000Z' },
      },
    ]));

  it.each([
    ['a phone number', { mfaPhoneNumber: '+15555550123' }],
    ['a one-time password device', { totpRegistrationId: 'totp-1' }],
  ])('offers the second factor of a member who has %s only', (_, has) =>
    expect(gap({ organization: { mfa: required }, entrant: has }).mfa_required?.member_options).toEqual({
      mfa_phone_number: '',
      totp_registration_id: '',
      ...('mfaPhoneNumber' in has && { mfa_phone_number: has.mfaPhoneNumber }),
      ...('totpRegistrationId' in has && { totp_registration_id: has.totpRegistrationId }),
    }),
  );

  it.each([
    ['no factor', { factors: [] }, 'No factor proven so far counts for this person in this organization.'],
    [
      'the organization',
      { organization: { mfa: required } },
      'The organization requires a second factor of everybody.',
    ],
  ])('says why in words: %s', (_, row, message) => {
    const { primary_required, mfa_required } = gap(row);
    expect((primary_required ?? mfa_required)?.reasons[0]?.message).toBe(message);
  });

  it('offers the second factors the member has', () => {
    const wire = { mfa_phone_number: '+15555550123', totp_registration_id: 'totp-1' } as MemberFacts['wire'];
    const member = { address: 'ada@acme.test', isBreakglass: false, mfaEnrolled: true, wire } as MemberFacts;
    expect(gap({ entrant: memberAsEntrant(member) }).mfa_required).toEqual({
      member_options: { mfa_phone_number: '+15555550123', totp_registration_id: 'totp-1' },
      secondary_auth_initiated: null,
      reasons: [
        {
          code: 'mfa_enrolled_by_member',
          message: 'The member has enrolled in multi-factor authentication.',
          details: {},
        },
      ],
    });
  });

  it('offers no second factor where the member has none', () =>
    expect(gap({ organization: { mfa: required } }).mfa_required?.member_options).toBeNull());

  it('is nothing at all where all is there', () => expect(gap({})).toEqual(nothingMissing));
});
