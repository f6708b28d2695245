import { join } from 'node:path';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import { EventCodec, handleCommand, ProjectionRunner, timeOrderedUuid } from '@muster/eventsourcing';
import { instantAt } from '@muster/kernel';
import { Keyring } from '@muster/nest-kit';
import { SqliteReadStore } from '@muster/read-store-sqlite';
import { memberAggregate } from '../../../services/organization/src/domain/member/member.aggregate.ts';
import { newcomer } from '../../../services/organization/src/domain/member/newcomer.ts';
import { membersProjection } from '../../../services/organization/src/read-models/members/members.projection.ts';
import { Latencies } from '../latencies.ts';

const projectId = 'project-test-01890000-0000-7000-8000-000000000009';
const organizationId = 'organization-test-01890000-0000-7000-8000-000000000001';

export type LagParameters = { readonly directory: string; readonly seconds: number; readonly rate: number };
export type LagResult = { readonly p50: number; readonly p99: number; readonly perSecond: number };

/** Members are created at a steady rate; how long after its acknowledgement is each of them in the view? */
export const run = async ({ directory, seconds, rate }: LagParameters): Promise<LagResult> => {
  const { lookupHash, wrappingKey } = new Keyring(new Uint8Array(32).fill(1));
  const log = await SqliteEventLog.open(join(directory, 'log.db'));
  const keys = await SqliteKeyStore.open(join(directory, 'keys.db'), { masterKey: wrappingKey });
  const store = SqliteReadStore.open(join(directory, 'views'));
  const codec = new EventCodec(keys, [memberAggregate]);
  const runner = new ProjectionRunner({ log, codec, store }, membersProjection(lookupHash));
  runner.start();
  const latencies = new Latencies();
  const create = async (number: number): Promise<void> => {
    const id = { projectId, organizationId, id: `member-test-${timeOrderedUuid()}` };
    const commandId = timeOrderedUuid();
    const at = instantAt(Date.now());
    const who = { actor: `project:${projectId}`, correlationId: commandId, causationId: commandId };
    const command = { projectId, ...who, commandId, at, content: { create: id.id } };
    const data = {
      ...newcomer,
      door: 'admin_api',
      pending: false,
      emailId: commandId,
      address: `person${number}@bench.example`,
      name: 'A Person',
    } as const;
    const { position } = await handleCommand({ log, codec, lookupHash }, command, async (unit) => {
      const member = await unit.load(memberAggregate, id);
      member.execute({ type: 'CreateMember', data, at });
    });
    const acknowledged = performance.now();
    await runner.waitFor(position, 60_000);
    latencies.add(performance.now() - acknowledged);
  };
  const started = performance.now();
  const running: Promise<void>[] = [];
  const total = seconds * rate;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - started) / 1_000) * rate));
      while (running.length < due) running.push(create(running.length));
      if (running.length < total) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
  await Promise.all(running);
  const took = performance.now() - started;
  await runner.stop();
  await Promise.all([log.close(), keys.close(), store.close()]);
  return {
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
    perSecond: (total / took) * 1_000,
  };
};
