import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NatsServer, SeededRandom } from '@muster/testkit';
import { Company } from '../crash/company.ts';
import { Judge, type Judgement } from '../crash/judge.ts';
import { work } from '../crash/load.ts';
import { SmtpCapture } from '../crash/smtp-capture.ts';
import { Told } from '../crash/told.ts';
import { Victim } from '../crash/victim.ts';
import type { Fault, Scene } from './fault.ts';
import { Pace } from './pace.ts';
import { logInByCode } from './person.ts';
import { PortFaultSwitch } from './port-faults.ts';
import { recovered } from './recovery.ts';
import { type ProbeFigures, SessionProbe } from './session-probe.ts';
import { Subscriber, type SubscriberFigures } from './subscriber.ts';

export type FaultOptions = {
  readonly seed: string;
  readonly faults: readonly Fault[];
  readonly seconds: number;
  readonly kills: number;
  readonly companies?: number;
  readonly onFault?: (figures: FaultFigures) => void;
};

export type FaultFigures = {
  readonly fault: string;
  readonly figures: object;
  /** The session that is checked all the time, until it was well again. */
  readonly sessions: ProbeFigures;
  /** Until all were ready and every view held within a second what was written; null: not within half a minute. */
  readonly recoveredAfterSeconds: number | null;
};

export type FaultReport = {
  readonly seed: string;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly retried: number;
  readonly faults: readonly FaultFigures[];
  /** A copy of the membership that was kept from the bus all the time, and is what the organization service says. */
  readonly subscriber: SubscriberFigures;
  readonly log: Judgement['log'];
  readonly mails: Judgement['mails'];
  readonly viewsVerified: number;
  readonly wrong: readonly string[];
};

const COMPANIES = 6;
const MOST_PAUSE_SECONDS = 15;

/** Lets one thing after the other go wrong with a deployment of several processes under load, and asks in the end whether anything is missing or there twice. */
export const faultRun = async (options: FaultOptions): Promise<FaultReport> => {
  const scratch = mkdtempSync(join(tmpdir(), 'muster-faults-'));
  const ports = new PortFaultSwitch(scratch);
  const smtp = await SmtpCapture.start();
  const nats = await NatsServer.start();
  const env = { ...ports.environment, MUSTER_NATS_URL: nats.url };
  const victim = await Victim.start(smtp, { profile: 'distributed', env });
  const subscriber = new Subscriber(scratch, { muster: victim.muster, nats: nats.url });
  try {
    return await run(options, { victim, nats, ports, smtp, subscriber });
  } finally {
    await subscriber.stop();
    await victim.stop();
    await nats.stop();
    await smtp.stop();
    rmSync(scratch, { recursive: true });
  }
};

type Parts = Pick<Scene, 'victim' | 'nats' | 'ports' | 'smtp'> & { readonly subscriber: Subscriber };

const run = async (options: FaultOptions, parts: Parts): Promise<FaultReport> => {
  const { seed, seconds, kills, companies = COMPANIES } = options;
  const { victim, smtp, subscriber } = parts;
  const told = new Told();
  const wire = victim.wire();
  const random = new SeededRandom(`${seed}/faults`);
  const pace = await Pace.start(wire, told);
  const { token } = await logInByCode({ wire, smtp, told }, pace.organizationId, await pace.probe());
  const session = { token, projectId: victim.muster.projectId };
  const scene: Scene = { ...parts, wire, told, random, pace, session, seconds, kills };
  let over = false;
  const working = Array.from({ length: companies }, (_, n) => {
    const chance = new SeededRandom(`${seed}/company-${n}`);
    return work(new Company(`c${n}`, chance, told, victim, smtp), chance, () => over);
  });
  const figures = await allFaults(options, scene, subscriber);
  over = true;
  // Calls that were cut off hold their keys until their leases end.
  victim.muster.clock.advance({ seconds: MOST_PAUSE_SECONDS });
  await Promise.all(working);
  const copy = await subscriber.compare(wire);
  const { wrong, log, mails, viewsVerified } = await new Judge(told, smtp, victim).judge();
  const { acknowledged, unanswered, retried } = told;
  return {
    seed,
    acknowledged,
    unanswered,
    retried,
    faults: figures,
    subscriber: copy.figures,
    log,
    mails,
    viewsVerified,
    wrong: [...told.wrong, ...copy.wrong, ...wrong],
  };
};

const allFaults = async (
  { faults, onFault }: FaultOptions,
  scene: Scene,
  subscriber: Subscriber,
): Promise<readonly FaultFigures[]> => {
  const probe = new SessionProbe(scene.wire, scene.session.token);
  const all: FaultFigures[] = [];
  for (const fault of faults) {
    probe.take();
    const figures = await fault.happen(scene);
    await subscriber.killAndStart();
    const seconds = await recovered(scene.wire, () => scene.pace.write());
    const sessions = probe.take();
    const one = { fault: fault.name, figures, sessions, recoveredAfterSeconds: seconds ?? null };
    scene.told.wrong.push(...notAllowed(fault, one));
    all.push(one);
    onFault?.(one);
  }
  await probe.stop();
  return all;
};

/** What has to hold whatever goes wrong. */
const notAllowed = (fault: Fault, { sessions, recoveredAfterSeconds }: FaultFigures): readonly string[] => {
  const { 200: verified = 0, ...others } = sessions.answers;
  return [
    ...(recoveredAfterSeconds === null ? [`${fault.name}: not well again after half a minute`] : []),
    ...(fault.sessionsGoOn && (verified === 0 || Object.keys(others).length > 0)
      ? [`${fault.name}: a session that lives was answered ${JSON.stringify(sessions.answers)}`]
      : []),
    // Whatever is away, nobody is told that a session is gone that is not.
    ...Object.keys(others)
      .filter((answer) => answer !== '503' && answer !== 'none')
      .map((answer) => `${fault.name}: a session that lives was answered ${answer}`),
  ];
};
