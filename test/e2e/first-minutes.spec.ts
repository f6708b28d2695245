import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Backend, granted } from './backend.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the first five minutes', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.start({ seed: 'demo' });
  }, 60_000);
  afterAll(() => backend?.stop());

  it('Carol of the demo logs in with a code from the mailbox and sees both organizations', async () => {
    const carol = backend.person('carol@contractor.example');
    const intermediate = await carol.prove('code');
    const choices = [...(await carol.choices(intermediate)).values()];
    expect(choices.map(({ organization }): string => organization.organization_slug).toSorted()).toEqual([
      'acme',
      'globex',
    ]);
    for (const { member_authenticated } of choices) expect(member_authenticated).toBe(true);
    const inGlobex = choices.find(({ organization }) => organization.organization_slug === 'globex');
    const session = granted(await carol.enter(intermediate, inGlobex.organization.organization_id));
    granted(await backend.check(session.session_token));
  });

  it('the demo has members in every state and rules of every mode', async () => {
    const { rules } = granted(await backend.wire.get('/v1/b2b/organizations/acme/jit_rules'));
    expect(new Set(rules.map(({ mode }: { mode: string }) => mode))).toEqual(
      new Set(['auto', 'ask', 'approve', 'off']),
    );
    const acme = granted(await backend.wire.get('/v1/b2b/organizations/acme')).organization;
    const { members } = granted(
      await backend.wire.post('/v1/b2b/organizations/members/search', {
        organization_ids: [acme.organization_id],
        query: {
          operator: 'AND',
          operands: [{ filter_name: 'statuses', filter_value: ['pending', 'invited', 'active', 'deleted'] }],
        },
      }),
    );
    expect(new Set(members.map(({ status }: { status: string }) => status))).toEqual(
      new Set(['active', 'invited', 'pending', 'deleted']),
    );
  });

  it.each(['/docs', '/openapi.json', '/dev/mailbox', '/healthz', '/readyz'])('%s answers', async (path) => {
    const answer = await fetch(`${backend.muster.url}${path}`);
    expect(answer.status).toBe(200);
  });

  it('a busy port says so and names the next free one', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'muster-busy-'));
    const { port } = new URL(backend.muster.url);
    const child = spawn(
      process.execPath,
      ['--conditions=@muster/source', '--import', './tools/register.mjs', 'services/server/src/main.ts'],
      {
        cwd: root,
        env: { PATH: process.env.PATH, PORT: port, MUSTER_DATA_DIR: join(directory, 'data') },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(child, 'close')) as [number];
    rmSync(directory, { recursive: true, force: true });
    expect(code).not.toBe(0);
    expect(said).toMatch(new RegExp(`port ${port} is in use.*PORT=\\d+ npm start`));
  }, 30_000);
});
