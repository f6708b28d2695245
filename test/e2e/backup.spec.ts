import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, restore, verifyBackup } from '@muster/event-log-sqlite';
import { testProjectId } from '@muster/testkit';
import { Backend, granted, refused } from './backend.ts';

const now = '2026-11-24T12:00:00.000Z';
const env = { MUSTER_PROJECT_ID: testProjectId, MUSTER_ISSUER: `stytch.com/${testProjectId}` };

describe('a backup of a server that is in use', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'muster-backup-'));
  const at = (name: string) => join(scratch, name);
  let backend: Backend;
  let other: Backend | undefined;
  beforeAll(async () => {
    backend = await Backend.start();
  }, 60_000);
  afterAll(async () => {
    await backend?.stop();
    await other?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('R50: becomes another server with the same members, sessions and used proofs', async () => {
    const { organization_id } = await backend.organization();
    const person = backend.person('kept@backup.example');
    await backend.member(organization_id, person.address);
    granted(await person.askForLink(organization_id));
    const magic_links_token = await backend.muster.mailbox.linkToken(person.address);
    const { session_token, session_jwt, member } = granted(
      await backend.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token }),
    );
    const acknowledged: string[] = [];
    let copied = false;
    const writing = (async () => {
      for (let n = 0; !copied; n++) {
        await backend.member(organization_id, `w${n}@backup.example`);
        acknowledged.push(`w${n}@backup.example`);
      }
    })();
    while (acknowledged.length < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    const before = acknowledged.length;
    await backup(backend.muster.dataDirectory, at('copy'), { now, musterVersion: '0.0.0' });
    copied = true;
    await writing;
    expect(await verifyBackup(at('copy'), { now })).toMatchObject({ ok: true, problems: [] });
    await restore(at('copy'), at('restored'), { now });

    other = await Backend.start({ dataDirectory: at('restored'), env });

    for (const address of [person.address, ...acknowledged.slice(0, before)])
      expect(granted(await other.memberAt(organization_id, address)).member).toMatchObject({
        email_address: address,
        status: 'active',
      });
    const { member_session } = granted(await other.check(session_token));
    expect(member_session.member_id).toBe(member.member_id);
    granted(await other.wire.post('/v1/b2b/sessions/authenticate', { session_jwt }));
    const again = other.wire.post('/v1/b2b/magic_links/authenticate', { magic_links_token });
    expect(refused(await again)).toEqual([401, 'unable_to_auth_magic_link']);
    await other.member(organization_id, 'new@backup.example');
  }, 60_000);
});
