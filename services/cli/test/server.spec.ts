import { type Muster, startMuster, until } from '@muster/testkit';
import { acmeWithAdmissions, refusedApplicant } from './people.ts';
import { jsonOf, runMuster, sourced, spawnMuster } from './run-muster.ts';

describe('the command line and a running server', () => {
  let muster: Muster;
  let acme: Awaited<ReturnType<typeof acmeWithAdmissions>>;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    muster = await startMuster();
    acme = await acmeWithAdmissions(muster);
    environment = sourced(muster);
  }, 60_000);
  afterAll(() => muster?.stop());

  describe('finds it', () => {
    it('by MUSTER_URL and the secret', async () => {
      const { code, stderr } = await runMuster(['admissions', 'list', 'acme'], environment);
      expect([code, stderr]).toEqual([0, `muster: using the server at ${muster.url}\n`]);
    }, 60_000);

    it('by its data directory alone', async () => {
      const { code, stderr } = await runMuster([
        'admissions',
        'list',
        'acme',
        '--data-dir',
        muster.dataDirectory,
      ]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^muster: using the server at http:\/\/127\.0\.0\.1:\d+ \(process \d+\)\n$/);
    }, 60_000);
  });

  describe('ends with a code that tells', () => {
    const ends = async (arguments_: readonly string[], variables: NodeJS.ProcessEnv = environment) => {
      const { code, stdout, stderr } = await runMuster([...arguments_, '--json'], variables);
      expect(stdout).toBe('');
      const { error } = JSON.parse(stderr.trim().split('\n').at(-1)!) as { error: Record<string, unknown> };
      expect(Object.keys(error)).toEqual(['exit_code', 'type', 'message', 'next']);
      expect(error['exit_code']).toBe(code);
      return [code, error['type']];
    };

    it('2: an option there is not', async () => {
      expect(await ends(['admissions', 'list', 'acme', '--colour'])).toEqual([2, 'usage']);
    }, 60_000);

    it('2: a command there is not', async () => {
      expect(await ends(['admissons'])).toEqual([2, 'usage']);
    }, 60_000);

    it('4: nothing answers', async () => {
      const nowhere = { ...environment, MUSTER_URL: 'http://127.0.0.1:9' };
      expect(await ends(['admissions', 'list', 'acme'], nowhere)).toEqual([4, 'unreachable']);
    }, 60_000);

    it('5: a wrong secret', async () => {
      const stranger = { ...environment, MUSTER_SECRET: 'secret-test-of-somebody-else' };
      expect(await ends(['admissions', 'list', 'acme'], stranger)).toEqual([5, 'unauthorized_credentials']);
    }, 60_000);

    it('6: the server knows no such thing', async () => {
      expect(await ends(['admissions', 'list', 'nobody'])).toEqual([6, 'organization_not_found']);
    }, 60_000);

    it('with words and what to do next for a person', async () => {
      const { code, stdout, stderr } = await runMuster(['status'], {
        ...environment,
        MUSTER_SECRET: 'wrong',
      });
      expect([code, stdout]).toEqual([5, '']);
      expect(stderr).toContain(
        'muster: the server does not accept these credentials\n        Set MUSTER_PROJECT_ID',
      );
    }, 60_000);
  });

  describe('admissions', () => {
    it('are listed, by outcome and by address', async () => {
      const refused = await jsonOf(['admissions', 'list', 'acme', '--outcome', 'refused'], environment);
      expect(refused.admissions).toMatchObject([{ email_address: 'eve@acme.example', outcome: 'refused' }]);
      const ada = await jsonOf(['admissions', 'list', 'acme', '--email', 'Ada@acme.example'], environment);
      expect(ada.admissions).toMatchObject([{ email_address: 'ada@acme.example', outcome: 'admitted' }]);
    }, 60_000);

    it('R36: are explained to a person: what was known, each rule and what came of it', async () => {
      const { stdout } = await runMuster(
        ['admissions', 'explain', 'acme', '--email', 'eve@acme.example'],
        environment,
      );
      const lines = stdout.split('\n');
      expect(lines).toContain('Person     eve@acme.example, address proven');
      expect(stdout).toMatch(/^Outcome +refused by rule default-email-domain$/m);
      expect(stdout).toMatch(/^Because +The rule demands explicit provisioning\. \(rule_is_off\)$/m);
      expect(stdout).toMatch(
        /addresses in acme\.example \(verified\) +auto +no match: the organization has not verified/,
      );
      expect(stdout).toMatch(/default-email-domain +addresses in any listed domain +off +matched$/m);
    }, 60_000);

    it('of nobody are refused with a hint', async () => {
      const { code, stderr } = await runMuster(
        ['admissions', 'explain', 'acme', '--email', 'no@acme.example'],
        environment,
      );
      expect([code, stderr.includes('nothing was decided on no@acme.example in acme')]).toEqual([6, true]);
    }, 60_000);
  });

  describe('events', () => {
    const positionOf = async (type: string): Promise<string> => {
      const { stdout } = await runMuster(['events', 'replay', '--types', type, '--json'], environment);
      return (JSON.parse(stdout.split('\n')[0]!) as { position: string }).position;
    };

    it('E34: are replayed from the beginning, one JSON document a line', async () => {
      const { code, stdout } = await runMuster(['events', 'replay', '--json'], environment);
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { position: string; type: string });
      expect(code).toBe(0);
      expect(events[0]).toMatchObject({ type: 'muster.organization.created.v1' });
      expect(events.some(({ type }) => type === 'muster.admission.refused.v1')).toBe(true);
    }, 60_000);

    it('are shown one by one; what is not public is not', async () => {
      const position = await positionOf('muster.organization.created.v1');
      const { event } = await jsonOf(['events', 'show', position], environment);
      expect(event).toMatchObject({ position, subject: acme.organizationId });
      expect((await runMuster(['events', 'show', '999999'], environment)).code).toBe(6);
    }, 60_000);

    it('are followed as they happen, until interrupted', async () => {
      const tail = spawnMuster(['events', 'tail', '--types', 'muster.organization.*', '--json'], environment);
      let seen = '';
      tail.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
      let renamed = 0;
      await until('the change to be shown', async () => {
        renamed += 1;
        await muster
          .wire()
          .put(`/v1/b2b/organizations/${acme.organizationId}`, { organization_name: `Acme ${renamed}` });
        return seen.includes('muster.organization.renamed.v1') || undefined;
      });
      const ended = new Promise((resolve) => tail.once('exit', resolve));
      tail.kill('SIGINT');
      expect(await ended).toBe(130);
    }, 60_000);
  });

  describe('members', () => {
    it('R54: are not erased unless it is meant', async () => {
      const { code, stderr } = await runMuster(['members', 'erase', 'acme', acme.memberId], environment);
      expect([code, stderr.includes('Add --yes where it is meant.')]).toEqual([2, true]);
    }, 60_000);

    it('R54: are erased, and their address with them', async () => {
      const erased = await jsonOf(['members', 'erase', 'acme', acme.memberId, '--yes'], environment);
      expect(erased).toEqual({ member_id: acme.memberId, erasure: 'complete' });
      const { admissions } = await jsonOf(
        ['admissions', 'list', 'acme', '--outcome', 'admitted'],
        environment,
      );
      expect(admissions).toMatchObject([{ email_address: null, member_id: acme.memberId }]);
    }, 60_000);
  });

  describe('applicants', () => {
    const refused = async () => {
      const all = ['admissions', 'list', 'acme', '--outcome', 'refused', '--domain', 'acme.example'];
      const { admissions } = await jsonOf(all, environment);
      return admissions.map(({ email_address }: { email_address: string | null }) => email_address);
    };

    it('R54: are erased by their address, where it is meant', async () => {
      await refusedApplicant(muster, acme.organizationId, 'pat@acme.example');
      const erase = ['applicants', 'erase', 'acme', 'pat@acme.example'];
      expect((await runMuster(erase, environment)).stderr).toContain('Add --yes where it is meant.');
      expect(await refused()).toContain('pat@acme.example');
      expect(await jsonOf([...erase, '--yes'], environment)).toEqual({ email_address: 'pat@acme.example' });
      expect(await refused()).not.toContain('pat@acme.example');
      expect(await refused()).toContain(null);
    }, 60_000);
  });
});
