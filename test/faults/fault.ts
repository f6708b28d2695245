import type { NatsServer, SeededRandom, WireClient } from '@muster/testkit';
import type { SmtpCapture } from '../crash/smtp-capture.ts';
import type { Victim } from '../crash/victim.ts';
import type { Told } from '../crash/told.ts';
import type { Pace } from './pace.ts';
import type { PortFaultSwitch } from './port-faults.ts';

/** A deployment of several processes under load, and what can be done to it. */
export type Scene = {
  readonly victim: Victim;
  readonly wire: WireClient;
  readonly nats: NatsServer;
  readonly smtp: SmtpCapture;
  readonly ports: PortFaultSwitch;
  readonly pace: Pace;
  readonly told: Told;
  readonly random: SeededRandom;
  /** One that lives all the time. */
  readonly session: { readonly token: string; readonly projectId: string };
  /** How long a fault lasts that lasts. */
  readonly seconds: number;
  readonly kills: number;
};

export type Fault = {
  readonly name: string;
  /** Whether sessions have to go on being verified meanwhile: with any process but session and the log away (I19). */
  readonly sessionsGoOn: boolean;
  /** Makes it go wrong, and right again; figures to print. What may not be is added to `told.wrong`. */
  readonly happen: (scene: Scene) => Promise<object>;
};
