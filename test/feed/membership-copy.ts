import { DatabaseSync } from 'node:sqlite';
import type { EventOf } from '@muster/events';

/** A member as this copy knows them: the last value of each field that an event named. */
type Fields = {
  readonly organization_id: string;
  readonly status: 'pending' | 'invited' | 'active' | 'deleted';
  readonly roles: readonly string[];
  readonly email_domain: string;
  readonly email_verified: boolean;
  readonly expires_at: string | null;
  readonly membership_ends_at: string | null;
};
type ImplicitRoles = readonly { readonly email_domain: string; readonly role_id: string }[];

export type CopiedMember = { readonly status: Fields['status']; readonly roles: readonly string[] };

/** What of the feed the copy is made of. */
export const copiedTypes = ['muster.member.*', 'muster.organization.*'] as const;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS members (
    member_id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, fields TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS members_by_organization ON members (organization_id);
  CREATE TABLE IF NOT EXISTS implicit_roles (organization_id TEXT PRIMARY KEY, assignments TEXT NOT NULL) STRICT;`;

/** Another system's copy of who is a member where, with which status and roles, made of the feed alone. */
export class MembershipCopy {
  constructor(private readonly database: DatabaseSync) {
    database.exec(SCHEMA);
  }

  /** Takes one event over, as part of whatever transaction is open. */
  take({ type, data }: EventOf<(typeof copiedTypes)[number]>): void {
    const { organization_id: organizationId } = data;
    switch (type) {
      case 'muster.organization.deleted.v1':
        this.database.prepare('DELETE FROM members WHERE organization_id = ?').run(organizationId);
        return;
      case 'muster.organization.email-implicit-roles-replaced.v1':
        this.database
          .prepare('INSERT OR REPLACE INTO implicit_roles VALUES (?, ?)')
          .run(organizationId, JSON.stringify(data.assignments));
        return;
      case 'muster.member.erased.v1':
        this.database.prepare('DELETE FROM members WHERE member_id = ?').run(data.member_id);
        return;
      default:
        if ('member_id' in data && type.startsWith('muster.member.')) this.merge(organizationId, data);
    }
  }

  /** Who is a member as of an instant: whose time is over counts as nobody (R33, R34). By member id. */
  members(organizationId: string, at: string): ReadonlyMap<string, CopiedMember> {
    const implicit = this.implicitRoles(organizationId);
    const rows = this.database
      .prepare('SELECT member_id, fields FROM members WHERE organization_id = ?')
      .all(organizationId) as { member_id: string; fields: string }[];
    return new Map(
      rows
        .map(({ member_id, fields }) => [member_id, JSON.parse(fields) as Fields] as const)
        .filter(([, fields]) => !hasLapsed(fields, at))
        .map(([id, fields]) => [id, { status: fields.status, roles: rolesOf(fields, implicit) }]),
    );
  }

  private merge(organizationId: string, data: { readonly member_id: string }): void {
    const { member_id: id } = data;
    const known = this.database.prepare('SELECT fields FROM members WHERE member_id = ?').get(id);
    const fields = { ...(known ? JSON.parse(known['fields'] as string) : {}), ...data };
    this.database
      .prepare('INSERT OR REPLACE INTO members VALUES (?, ?, ?)')
      .run(id, organizationId, JSON.stringify(fields));
  }

  private implicitRoles(organizationId: string): ImplicitRoles {
    const row = this.database
      .prepare('SELECT assignments FROM implicit_roles WHERE organization_id = ?')
      .get(organizationId);
    return row ? (JSON.parse(row['assignments'] as string) as ImplicitRoles) : [];
  }
}

const hasLapsed = ({ status, expires_at, membership_ends_at }: Fields, at: string): boolean => {
  if (status === 'pending') return expires_at !== null && expires_at <= at;
  return status === 'active' && membership_ends_at !== null && membership_ends_at <= at;
};

const rolesOf = (
  { status, roles, email_domain, email_verified }: Fields,
  implicit: ImplicitRoles,
): readonly string[] => {
  if (status === 'pending' || status === 'deleted') return [];
  const byDomain =
    status === 'active' && email_verified
      ? implicit.filter((assignment) => assignment.email_domain === email_domain)
      : [];
  const all = ['stytch_member', ...roles, ...byDomain.map(({ role_id }) => role_id)];
  return [...new Set(all)].toSorted();
};
