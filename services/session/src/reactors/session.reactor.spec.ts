import { plusMinutes } from '@muster/kernel';
import { proofFor, START } from '../testing/facts.ts';
import { SessionRig } from '../testing/session-rig.ts';
import { EndingReactor } from './ending.reactor.ts';
import { expireSessions } from './session.reactor.ts';

let rig: SessionRig;
beforeEach(async () => void (rig = await SessionRig.start()));
afterEach(() => rig.stop());

let links = 0;
const session = async (durationMinutes: number): Promise<string> => {
  const token = `link-${++links}`;
  rig.proofs.send(token, proofFor());
  return (await rig.logIn(token, { durationMinutes })).member_session!.member_session_id;
};
const inView = async () => (await rig.sessionsView.find({ where: [], limit: 10 })).map(({ id }) => id);
const sweep = () => expireSessions(rig.dependencies, rig.sessionsView);
const endings = async () =>
  (await rig.written('session')).filter((type) => type === 'session.SessionExpired').length;

describe('E13: sessions that time has ended', () => {
  it('have their end recorded at their very instant, and leave the view; live ones stay', async () => {
    const short = await session(5);
    const long = await session(60);
    rig.now = plusMinutes(START, 5);
    rig.pass({ seconds: -1 });
    await sweep();
    expect(await endings()).toBe(0);
    rig.pass({ seconds: 1 });
    await sweep();
    expect(await endings()).toBe(1);
    expect(await inView()).toEqual([long]);
    expect(short).not.toBe(long);
  });

  it('are looked at by the day of their end, also when a server stood still for long', async () => {
    await session(5);
    rig.pass({ minutes: 365 * 24 * 60 });
    await sweep();
    expect(await endings()).toBe(1);
  });

  it('R50: have it recorded once', async () => {
    await session(5);
    rig.pass({ minutes: 5 });
    await sweep();
    const before = await rig.log.head();
    await sweep();
    expect(await rig.log.head()).toBe(before);
  });

  it('are none of those that were revoked', async () => {
    const member_session_id = await session(5);
    const authority = { member: null, permit: () => undefined };
    const named = {
      memberSessionId: member_session_id,
      memberId: null,
      sessionToken: null,
      sessionJwt: null,
    };
    await rig.application.revocation.revoke(rig.call('Revoke'), authority, named);
    rig.pass({ minutes: 5 });
    await sweep();
    expect(await endings()).toBe(0);
  });
});

describe('what records endings', () => {
  it('goes on after a failure, the next time round', async () => {
    const failures: unknown[] = [];
    let recordedTwice = (): void => undefined;
    const twice = new Promise<void>((resolve) => {
      recordedTwice = resolve;
    });
    let rounds = 0;
    const failing = { ready: () => Promise.reject(new Error('behind')), record: async () => undefined };
    const record = async () => (++rounds === 2 ? recordedTwice() : undefined);
    const reactor = new EndingReactor(
      [failing, { ready: async () => undefined, record }],
      (error) => failures.push(error),
      1,
    );
    reactor.start();
    await twice;
    await reactor.stop();
    expect(failures.length).toBeGreaterThanOrEqual(1);
  });
});
