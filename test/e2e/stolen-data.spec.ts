import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { itInFiles } from '@muster/testkit';
import { Backend, granted } from './backend.ts';

describe('a thief of the data directory', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.start();
  }, 60_000);
  afterAll(() => backend?.stop());

  itInFiles(
    'reads no secret, token, code, address or name in the event log (I20, E12)',
    async () => {
      const canary = `canary-${backend.unique('x')}@secret-garden.example`;
      const person = backend.person(canary);
      const { organization_id } = await backend.organization();
      const { member_id } = await backend.member(organization_id, canary, {
        name: 'Canary McFeather',
        untrusted_metadata: { note: 'chirp-chirp-chirp' },
      });
      granted(await person.askForLink(organization_id));
      const link = await backend.muster.mailbox.linkToken(canary);
      const first = granted(
        await backend.wire.post('/v1/b2b/magic_links/authenticate', {
          magic_links_token: link,
          session_custom_claims: { nest: 'claim-of-a-canary' },
        }),
      );
      granted(await person.askForCode(organization_id));
      const code = await backend.muster.mailbox.code(canary);
      const second = granted(
        await backend.wire.post('/v1/b2b/otps/email/authenticate', {
          organization_id,
          email_address: canary,
          code,
        }),
      );
      const intermediate = await person.prove();
      await backend.muster.kill('SIGTERM');
      const secrets = [
        backend.muster.secret,
        canary,
        canary.split('@')[0]!,
        'Canary McFeather',
        'chirp-chirp-chirp',
        link,
        intermediate,
        first.session_token,
        second.session_token,
        first.session_jwt.split('.')[2],
      ];
      const files = readdirSync(backend.muster.dataDirectory).filter((name) => name.startsWith('log.db'));
      expect(files).toContain('log.db');
      for (const file of files) {
        const bytes = readFileSync(join(backend.muster.dataDirectory, file));
        const found = secrets.filter((secret) => bytes.includes(secret));
        expect({ file, found }).toEqual({ file, found: [] });
        expect(bytes.includes(`"${code}"`)).toBe(false);
      }
      // Tokens are derived, never stored: no other file holds one either. (The development secret is in its own files.)
      const tokens = [link, intermediate, first.session_token, second.session_token];
      const databases = readdirSync(backend.muster.dataDirectory, {
        recursive: true,
        encoding: 'utf8',
      }).filter((name) => name.includes('.db'));
      expect(databases.filter((name) => name.startsWith('views/'))).not.toEqual([]);
      for (const file of databases) {
        const bytes = readFileSync(join(backend.muster.dataDirectory, file));
        const found = tokens.filter((token) => bytes.includes(token));
        expect({ file, found }).toEqual({ file, found: [] });
      }
      const log = readFileSync(join(backend.muster.dataDirectory, 'log.db'));
      expect(log.includes(member_id)).toBe(true);
      await backend.muster.restart();
    },
    60_000,
  );
});
