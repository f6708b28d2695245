import { DatabaseSync } from 'node:sqlite';
import type { PublicEvent } from '@muster/contracts';

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
export type Checkpoint = { readonly logId: string; readonly position: number };

/** What of the feed the copy is made of. */
export const copiedTypes = 'muster.member.*,muster.organization.*';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS members (
    member_id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, fields TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS members_by_organization ON members (organization_id);
  CREATE TABLE IF NOT EXISTS implicit_roles (organization_id TEXT PRIMARY KEY, assignments TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1), log_id TEXT NOT NULL, position INTEGER NOT NULL
  ) STRICT;`;

/**
 * Another system's copy of who is a member where, with which status and roles, made of the feed alone. The checkpoint is
 * written with what the events led to, so that a crash at any point repeats nothing and leaves nothing out (E31).
 */
export class MembershipCopy {
  private readonly database: DatabaseSync;

  constructor(file: string) {
    this.database = new DatabaseSync(file, { timeout: 10_000 });
    this.database.exec(SCHEMA);
  }

  checkpoint(): Checkpoint | undefined {
    const row = this.database.prepare('SELECT log_id AS logId, position FROM checkpoint').get();
    return row as Checkpoint | undefined;
  }

  /** Takes a page of the feed: all of it, or nothing. @throws Error where it is a page of another log (E14) */
  take(events: readonly PublicEvent[], checkpoint: Checkpoint): void {
    const before = this.checkpoint();
    if (before && before.logId !== checkpoint.logId)
      throw new Error(`this is a copy of log ${before.logId}, not of ${checkpoint.logId}`);
    this.database.exec('BEGIN IMMEDIATE');
    try {
      for (const event of events) this.apply(event);
      const { logId, position } = checkpoint;
      this.database.prepare('INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?)').run(logId, position);
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
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

  close(): void {
    this.database.close();
  }

  private apply({ type, data }: PublicEvent): void {
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
        if (type.startsWith('muster.member.')) this.merge(organizationId, data as { member_id: string });
    }
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
