import { commandContext, handleCommand, InMemoryReadStore, View } from '@muster/eventsourcing';
import { loginAggregate } from '../domain/login/login.decider.ts';
import { openLoginsProjection } from '../read-models/open-logins/open-logins.projection.ts';
import { projectId, proofFor } from '../testing/facts.ts';
import { SessionRig } from '../testing/session-rig.ts';
import { expireOpenLogins } from './login.reactor.ts';

let rig: SessionRig;
let openLogins: View<{ readonly startedAt: string }>;
beforeEach(async () => {
  rig = await SessionRig.start();
  const { log, codec } = rig;
  openLogins = new View(openLoginsProjection, { log, store: new InMemoryReadStore(), codec });
  openLogins.start();
});
afterEach(async () => {
  await openLogins.stop();
  await rig.stop();
});

const startLogin = async (): Promise<string> => {
  const id = rig.dependencies.newId('login');
  const origin = { projectId, actor: 'system:test', correlationId: id, causationId: id };
  const command = commandContext(origin, { commandId: id, at: rig.now, content: id });
  await handleCommand(rig.dependencies, command, async (unit) => {
    const login = await unit.load(loginAggregate, { projectId, organizationId: null, id });
    login.execute({ type: 'StartLogin', data: { method: 'magic_link', scope: 'organization' }, at: rig.now });
  });
  return id;
};
const openIds = async () => (await openLogins.find({ where: [], limit: 10 })).map(({ id }) => id);
const logIn = (token: string) => rig.logIn(token).catch(() => undefined);

describe('interrupted logins', () => {
  it('are given up at the next start, ten minutes old, and younger ones are left to be finished', async () => {
    const old = await startLogin();
    rig.pass({ seconds: 1 });
    const young = await startLogin();
    rig.pass({ minutes: 9, seconds: 59 });
    await expireOpenLogins(rig.dependencies, openLogins);
    expect(await openIds()).toEqual([young]);
    expect(await rig.written('login')).toEqual([
      'login.LoginStarted',
      'login.LoginStarted',
      'login.LoginExpired',
    ]);
    expect(old).not.toBe(young);
  });

  it('R50: are given up once', async () => {
    await startLogin();
    rig.pass({ minutes: 10 });
    await expireOpenLogins(rig.dependencies, openLogins);
    const before = await rig.log.head();
    await expireOpenLogins(rig.dependencies, openLogins);
    expect(await rig.log.head()).toBe(before);
  });

  it('are none of those that ended, well or not', async () => {
    rig.proofs.send('good', proofFor());
    await logIn('good');
    await logIn('bad');
    expect(await openIds()).toEqual([]);
  });
});
