import { jest } from '@jest/globals';
import type { B2BClient } from 'stytch';
import { clientOf } from './client.ts';
import { World } from './world.ts';

/** How the server's clock and the application's move together. */
const pass = (world: World, { minutes = 0, seconds = 0 }): void => {
  world.muster.clock.advance({ minutes, seconds });
  jest.setSystemTime(Date.now() + (minutes * 60 + seconds) * 1_000);
};

const kidOf = (jwt: string): string =>
  (JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString('utf8')) as { kid: string }).kid;

describe('JWTs that the SDK verifies by itself, across a rotation of keys', () => {
  let world: World;
  let session_token: string;
  beforeAll(async () => {
    world = await World.start();
    ({ session_token } = await world.loggedIn());
    // Only what tells the time: timers and sockets stay real.
    jest.useFakeTimers({
      // A little ahead, so that no JWT is from the future here.
      now: Date.now() + 2_000,
      advanceTimers: true,
      doNotFake: [
        'hrtime',
        'nextTick',
        'performance',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
        'setTimeout',
        'clearTimeout',
      ],
    });
  }, 60_000);
  afterAll(async () => {
    jest.useRealTimers();
    await world?.stop();
  });

  const fresh = async () => (await world.client.sessions.authenticate({ session_token })).session_jwt;
  const verifies = async (client: B2BClient, session_jwt: string) => {
    const { member_id } = await client.sessions.authenticateJwtLocal({ session_jwt });
    expect(member_id).toMatch(/^member-test-/);
  };

  it('go on verifying: with keys fetched just before, meanwhile and after', async () => {
    const before = clientOf(world.muster);
    await verifies(before, await fresh());
    const answer = await world.muster.wire().post('/v1/signing_keys/rotate');
    expect(answer.status).toBe(200);
    const [old, next] = answer.body.signing_keys.map(({ key_id }: { key_id: string }) => key_id);
    const meanwhile = clientOf(world.muster);
    await verifies(meanwhile, await fresh());

    pass(world, { minutes: 4, seconds: 55 });
    const last = await fresh();
    expect(kidOf(last)).toBe(old);
    await verifies(before, last);
    pass(world, { seconds: 10 });
    const first = await fresh();
    expect(kidOf(first)).toBe(next);
    const after = clientOf(world.muster);
    for (const client of [before, meanwhile, after])
      for (const jwt of [first, last]) await verifies(client, jwt);

    pass(world, { minutes: 4, seconds: 40 });
    for (const client of [before, meanwhile, after, clientOf(world.muster)]) await verifies(client, last);
    pass(world, { minutes: 2 });
    const { keys } = await world.client.sessions.getJWKS({ project_id: world.muster.projectId });
    expect(keys.map(({ kid }) => kid)).toEqual([next]);
    for (const client of [before, meanwhile, after, clientOf(world.muster)])
      await verifies(client, await fresh());
    await expect(verifies(clientOf(world.muster), last)).rejects.toThrow('Could not verify JWT');
  }, 60_000);

  it('of a compromised key are refused as soon as keys are fetched again, and by the server at once', async () => {
    const stolen = await fresh();
    await verifies(clientOf(world.muster), stolen);
    await world.muster.wire().post('/v1/signing_keys/rotate', { compromised: true });
    await expect(verifies(clientOf(world.muster), stolen)).rejects.toThrow('Could not verify JWT');
    await expect(world.client.sessions.authenticate({ session_jwt: stolen })).rejects.toMatchObject({
      error_type: 'session_not_found',
    });
    await verifies(clientOf(world.muster), await fresh());
  }, 30_000);
});
