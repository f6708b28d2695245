import { type Instant, instantAt, plusMinutes, domainOf, millisecondsOf } from '@muster/kernel';
import { effectiveJitRules } from '../../../services/organization/src/domain/organization/default-jit-rules.ts';
import { newcomer } from '../../../services/organization/src/domain/member/newcomer.ts';
import { joinRequestIdOf } from '../../../services/provisioning/src/application/join-request-id.ts';
import { admissionsId } from '../../../services/provisioning/src/domain/admission/admission.decider.ts';
import type {
  AdmissionDecided,
  AdmissionGranted,
} from '../../../services/provisioning/src/domain/admission/admission.events.ts';
import type {
  AdmissionFacts,
  Approval,
  Through,
} from '../../../services/provisioning/src/domain/admission/admission-inputs.ts';
import { decideAdmission } from '../../../services/provisioning/src/domain/admission/decide-admission.ts';
import { joinRequests } from '../../../services/provisioning/src/domain/join-request/join-request.decider.ts';
import { personName } from '../names.ts';
import { Told } from '../told.ts';
import type { Company, Person, World } from '../world.ts';
import { allows, clickInvitation, enter, proveInDiscovery } from './logins.ts';
import { changeMember } from './members.ts';
import { addresseeOf, sendCode, sendLink } from './proofs.ts';
import { exchange, refuseLogin, startLogin } from './sessions.ts';

type Knock = {
  readonly address: string;
  /** Whom the address belongs to, as far as the organization knows them. */
  readonly person: Person;
  readonly through: Through;
  readonly at: number;
  readonly approval?: Approval;
};

const factsOf = ({ organization, stewards, people, domain }: Company, knock: Knock): AdmissionFacts => {
  const { state, revision } = organization;
  const { address, person, through, approval = null } = knock;
  const { status, door, expiresAt, email, membershipEndsAt } = person.member.state;
  const emailDomain = domainOf(address);
  const provenColleague =
    emailDomain === domain &&
    people.some(({ member }) => member.state.status === 'active' && member.state.email.verified);
  return {
    through,
    applicant: { emailDomain, proof: 'proven', connection: null },
    organization: {
      revision,
      ownerless: stewards.state.ownerless,
      emailInvites: state.emailInvites,
      rulesVersion: state.jitRulesVersion,
      rules: effectiveJitRules(state.customJitRules, state.jitDefaults),
    },
    member:
      status === 'absent' || status === 'erased'
        ? null
        : {
            memberId: person.member.id.id,
            status,
            door,
            expiresAt: status === 'active' ? membershipEndsAt : expiresAt,
            hasProvenAddress: email.address === address,
          },
    domain: {
      kind: 'own',
      state: state.domains.find((held) => held.domain === emailDomain)?.state ?? null,
      claimedElsewhere: false,
      provenColleague,
    },
    approval,
  };
};

type ToldRequest = Told<
  Parameters<typeof joinRequests.decider.decide>[1],
  Parameters<typeof joinRequests.decider.evolve>[1],
  typeof joinRequests.decider.initialState
>;

const requestOf = (world: World, { organizationId }: Company, address: string): ToldRequest => {
  const { projectId } = world;
  const id = joinRequestIdOf(world.lookupHash, { projectId, organizationId, address });
  return new Told(joinRequests, { projectId, organizationId, id });
};

/** The door decides, the member comes to be, the place is settled (R36); or there is a request, or a refusal. */
const knockAt = (world: World, company: Company, knock: Knock, request: ToldRequest): AdmissionDecided => {
  const { address, person, at, through } = knock;
  const { projectId } = world;
  const { organizationId } = company;
  const facts = factsOf(company, knock);
  const admissionId = world.newId('admission', at);
  const applicant = { admissionId, memberId: person.member.id.id, address };
  const uncounted = decideAdmission({ ...facts, at: instantAt(at), admitted: 0 });
  const place = world.door(company, admissionsId({ projectId, organizationId }, uncounted, admissionId).id);
  let decided: AdmissionDecided;
  world.step(at, knock.approval?.decidedBy ?? world.backend, 'decide admission', (step) => {
    const data = { ...applicant, joinRequestId: request.id.id, facts };
    [decided] = step.execute(place, { type: 'DecideAdmission', data }) as readonly [AdmissionDecided];
    if (decided.type === 'AdmissionReferred') {
      const { ruleId } = decided.data;
      const asked = { ...applicant, ruleId, through, connectionId: null };
      step.execute(request, { type: 'RequestToJoin', data: asked });
    }
    if (knock.approval && decided.type === 'AdmissionGranted') {
      const { decidedBy } = knock.approval;
      const { memberId } = applicant;
      step.execute(request, { type: 'ApproveJoinRequest', data: { admissionId, memberId, decidedBy } });
    }
  });
  if (decided!.type === 'AdmissionGranted') {
    take(world, company, knock, decided!.data);
    world.step(at + 4, world.backend, 'settle admission', (step) =>
      step.execute(place, { type: 'SettleAdmission', data: { admissionId } }),
    );
  }
  return decided!;
};

const take = (world: World, company: Company, knock: Knock, grant: AdmissionGranted['data']): void => {
  const { person, address, at } = knock;
  const { door, roles, membershipExpiresAt: membershipEndsAt } = grant;
  world.step(at + 2, world.backend, 'admit member', (step) => {
    if (person.member.revision >= 0)
      return changeMember(step, company, person, {
        type: 'ActivateMember',
        data: { door, address, roles, withheldRoles: [], membershipEndsAt },
      });
    const emailId = world.newId('member-email', at);
    changeMember(step, company, person, {
      type: 'CreateMember',
      data: { ...newcomer, door, address, roles, emailId, membershipEndsAt, pending: false },
    });
  });
  if (!company.people.includes(person)) company.people.push(person);
};

/** A steward invites; most accept within days (R39). */
export const invite = (world: World, company: Company, at: number): void => {
  const { random } = world;
  const { emailInvites } = company.organization.state;
  const [inviter] = company.stewards.state.memberIds;
  if (emailInvites === 'NOT_ALLOWED' || !inviter) return;
  const { full, mailbox } = personName(random, world.nextNumber());
  const outside = emailInvites === 'ALL_ALLOWED' && random.chance(0.15);
  const address = `${mailbox}@${outside ? 'contractor.example' : company.domain}`;
  const person = world.newPerson(company, world.newId('member', at));
  world.step(at, `member:${inviter}`, 'invite member', (step) =>
    changeMember(step, company, person, {
      type: 'InviteMember',
      data: {
        ...newcomer,
        emailId: world.newId('member-email', at),
        address,
        name: full,
        invitedByMemberId: inviter,
        grantedByMemberId: inviter,
        expiresAt: plusMinutes(step.at, 10_080),
      },
    }),
  );
  company.people.push(person);
  const { emailId } = person.member.state.email;
  const addressee = addresseeOf(company, person);
  const letter = { company, addressee, address, emailId, memberCreated: false, purpose: 'invite' } as const;
  const link = sendLink(world, at + 2, letter);
  if (random.chance(0.15)) return;
  world.timeline.plan(at + 60_000 + random.integer(8 * 86_400_000), (then) => {
    const isDead = () => person.member.state.status === 'deleted';
    clickInvitation(
      world,
      link,
      then,
      (login) => {
        const knock: Knock = { address, person, through: 'organization', at: then + 5 };
        const decided = knockAt(world, company, knock, requestOf(world, company, address));
        if (decided.type !== 'AdmissionGranted')
          return refuseLogin(world, login, then + 6, 'admission_refused');
        enter(world, company, person, { login, method: 'magic_link', at: then + 10 });
      },
      isDead,
    );
  });
};

/** Somebody with an address of the company asks to log in, and is let in, put to a steward, or refused (R31, R33). */
export const signUp = (world: World, company: Company, at: number): void => {
  const { random } = world;
  if (!allows(company, 'email_otp')) return;
  const address = `${personName(random, world.nextNumber()).mailbox}@${company.domain}`;
  const person = world.newPerson(company, world.newId('member', at));
  const typed = { address, person, through: 'organization', at } as const;
  const facts = { ...factsOf(company, typed), at: instantAt(at), admitted: 0 };
  if (decideAdmission(facts).outcome === 'refused') return;
  const expiresAt: Instant = plusMinutes(instantAt(at), 10);
  world.step(at, world.backend, 'expect member', (step) =>
    changeMember(step, company, person, {
      type: 'ExpectMember',
      data: { emailId: world.newId('member-email', at), address, expiresAt },
    }),
  );
  const codes = (person.code = world.codes(company.organizationId, address));
  const { emailId } = person.member.state.email;
  const addressee = addresseeOf(company, person);
  const letter = { company, addressee, address, emailId, memberCreated: true, purpose: 'signup' } as const;
  sendCode(world, codes, at + 2, letter);
  if (random.chance(0.1)) return lapse(world, company, person, expiresAt);
  world.timeline.plan(at + 20_000 + random.integer(60_000), (then) => {
    const login = startLogin(world, then, 'email_otp', 'organization');
    world.step(then + 3, world.backend, 'redeem email code', (step) => {
      step.execute(codes, { type: 'RedeemEmailCode', data: { flowId: login.id.id, matches: true } });
      step.execute(person.attempts, {
        type: 'CountAttempt',
        data: { method: 'email_otp', succeeded: true },
      });
    });
    const request = requestOf(world, company, address);
    const knock: Knock = { address, person, through: 'organization', at: then + 5 };
    const decided = knockAt(world, company, knock, request);
    if (decided.type === 'AdmissionGranted')
      return enter(world, company, person, { login, method: 'email_otp', at: then + 10 });
    const referred = decided.type === 'AdmissionReferred';
    refuseLogin(world, login, then + 6, referred ? 'join_request_pending' : 'admission_refused');
    if (referred) ruleLater(world, company, { ...knock, at: then }, request);
    else lapse(world, company, person, expiresAt);
  });
};

/** Nobody came in time: that is written down some day. */
const lapse = (world: World, company: Company, person: Person, expiresAt: Instant): void =>
  world.timeline.plan(millisecondsOf(expiresAt) + world.random.integer(86_400_000), (then) => {
    world.step(then, 'system:stewardship', 'end lapsed member', (step) =>
      changeMember(step, company, person, { type: 'EndLapsedMember', data: {} }),
    );
  });

/** A steward, or the backend, decides within two days. The knocker is no member by then: the pending one has lapsed. */
const ruleLater = (world: World, company: Company, knock: Knock, request: ToldRequest): void => {
  const { random, timeline } = world;
  timeline.plan(knock.at + 3_600_000 + random.integer(2 * 86_400_000), (then) => {
    const [steward] = company.stewards.state.memberIds;
    const decidedBy = steward ? `member:${steward}` : world.backend;
    if (!random.chance(0.75))
      return world.step(then, decidedBy, 'deny join request', (step) =>
        step.execute(request, { type: 'DenyJoinRequest', data: { decidedBy } }),
      );
    const { address, person, through } = knock;
    if (person.member.state.status === 'pending')
      world.step(then, 'system:stewardship', 'end lapsed member', (step) =>
        changeMember(step, company, person, { type: 'EndLapsedMember', data: {} }),
      );
    const again = world.newPerson(company, world.newId('member', then));
    again.code = person.code;
    const approval = { joinRequestId: request.id.id, decidedBy };
    knockAt(world, company, { address, person: again, through, at: then + 2, approval }, request);
  });
};

/** A stranger with an address of elsewhere proves it in discovery, picks the company, and is turned away (R20, R36). */
export const knockAsStranger = (world: World, company: Company, at: number): void => {
  const address = `${personName(world.random, world.nextNumber()).mailbox}@stranger.example`;
  proveInDiscovery(world, address, at, (_, then) => {
    const person = world.newPerson(company, world.newId('member', then));
    knockAt(
      world,
      company,
      { address, person, through: 'discovery', at: then },
      requestOf(world, company, address),
    );
  });
};

/** A colleague finds the company in discovery and joins, where a rule offers it (R32). */
export const joinFromDiscovery = (world: World, company: Company, at: number): void => {
  const address = `${personName(world.random, world.nextNumber()).mailbox}@${company.domain}`;
  proveInDiscovery(world, address, at, (bag, then) => {
    const person = world.newPerson(company, world.newId('member', then));
    const request = requestOf(world, company, address);
    const knock: Knock = { address, person, through: 'discovery', at: then };
    const decided = knockAt(world, company, knock, request);
    if (decided.type === 'AdmissionReferred') return ruleLater(world, company, knock, request);
    if (decided.type !== 'AdmissionGranted') return;
    world.step(then + 5, world.backend, 'prove address', (step) =>
      changeMember(step, company, person, { type: 'ProveAddress', data: { address } }),
    );
    exchange(world, bag, company, person, then + 6);
  });
};
