import type { WireErrorType } from '@muster/contracts';
import {
  type AggregateId,
  type CommandContext,
  type Committed,
  handleCommand,
  ReservationTaken,
  type UnitOfWork,
} from '@muster/eventsourcing';
import { DomainError, type Instant, parseEmailAddress } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import type { MemberCommand } from '../domain/member/member.commands.ts';
import type { MemberKeyKind } from '../domain/member/member.keys.ts';
import { hasLapsed } from '../domain/member/member.rules.ts';
import { organizationAggregate } from '../domain/organization/organization.aggregate.ts';
import type { Organization } from '../domain/organization/organization.state.ts';
import type { Authority } from '../domain/stewards/stewards.decider.ts';
import { keepStewards, type LoadedMember } from './keep-stewards.ts';
import type { MemberLookup } from './member-lookup.ts';
import { memberIn, type Place } from './place.ts';
import type { MemberDependencies } from './ports.ts';

/** The one form of an address. @throws DomainError invalid_email */
export const canonical = (address: string): string => {
  const parsed = parseEmailAddress(address);
  if (!parsed) throw new DomainError<WireErrorType>('invalid_email', { pointer: '/email_address' });
  return parsed.address;
};

/** On whose authority a command is executed, by its actor (R7). */
export const authorityOf = ({ actor }: Pick<CommandContext, 'actor'>): Authority => {
  if (actor.startsWith('member:')) return 'member';
  return actor.startsWith('system:directory') ? 'directory' : 'backend';
};

const takenErrors: Readonly<Record<MemberKeyKind, readonly [code: WireErrorType, pointer: string]>> = {
  current: ['duplicate_member_email', '/email_address'],
  retired: ['retired_member_email', '/email_address'],
  'in-flight': ['desired_email_updating_for_different_member', '/email_address'],
  'member-external-id': ['duplicate_member_external_id', '/external_id'],
};

/** What a caller is told about a key of a member that another one holds; other errors are as they were. */
export const asMemberError = (error: unknown): unknown => {
  if (!(error instanceof ReservationTaken)) return error;
  const found = takenErrors[error.held.kind as MemberKeyKind];
  if (!found) return error;
  const [code, pointer] = found;
  return new DomainError<WireErrorType>(code, { pointer }, { cause: error });
};

/** Runs a command about members (R5: the log decides who has an address, and only the log). */
export const handleMemberCommand = async (
  dependencies: MemberDependencies,
  context: CommandContext,
  work: (unit: UnitOfWork) => Promise<void>,
): Promise<Committed> => {
  try {
    return await handleCommand(dependencies, context, work);
  } catch (error) {
    throw asMemberError(error);
  }
};

/** The organization as a condition of the commit. @throws DomainError organization_not_found */
export const loadOrganization = async (
  unit: UnitOfWork,
  place: Place,
): Promise<{ readonly state: Organization; readonly revision: number }> => {
  const organization = await unit.load(organizationAggregate, { ...place, id: place.organizationId });
  if (organization.state.status !== 'existing')
    throw new DomainError<WireErrorType>('organization_not_found');
  return organization;
};

/** Executes on one member, and keeps the organization's stewards in step, in the same commit (R7, R8). */
export const changeMember = async (
  unit: UnitOfWork,
  id: AggregateId,
  commands: readonly MemberCommand[],
  by: Authority,
): Promise<LoadedMember> => {
  const member = await unit.load(memberAggregate, id);
  for (const command of commands) {
    const before = member.state;
    const events = member.execute(command);
    if (events.length > 0) await keepStewards(unit, { member, before, events, by, at: command.at });
  }
  return member;
};

/**
 * Ends whoever lapsed and still stands in the way of an address: a void pending member (R33) and, where the taker was
 * provisioned explicitly, a member whose membership is over (R34). Call it before the taker is loaded: a commit gives
 * keys back and takes them in the order in which its aggregates were loaded.
 */
export const makeRoom = async (
  unit: UnitOfWork,
  lookup: MemberLookup,
  {
    place,
    address,
    at,
    endMemberships,
  }: {
    readonly place: Place;
    readonly address: string;
    readonly at: Instant;
    readonly endMemberships: boolean;
  },
): Promise<void> => {
  const held = await lookup.lastHolder(place.organizationId, address, at);
  if (held?.kind !== 'current') return;
  const id = memberIn(place, held.owner);
  const { state } = await unit.load(memberAggregate, id);
  const inTheWay = hasLapsed(state, at) && state.email.address === address;
  if (!inTheWay || (state.status === 'active' && !endMemberships)) return;
  await changeMember(unit, id, [{ type: 'EndLapsedMember', data: {}, at }], 'backend');
};
