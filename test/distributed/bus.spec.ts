import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { busPlaceIn, busStreamOf } from '@muster/contracts';
import { SqliteEventLog } from '@muster/event-log-sqlite';
import { aCommit } from '@muster/eventsourcing/testing';
import { describeWithNats, NatsServer, until, type WireClient } from '@muster/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { v7 as uuidv7 } from 'uuid';
import { Backend, granted } from '../e2e/backend.ts';

const relayOf = async (wire: WireClient) => granted(await wire.get('/v1/log')).log.relay;
const readinessOf = async (url: string): Promise<{ status: string; degraded?: string[] }> => {
  const answer = await fetch(`${url}/readyz`);
  return (await answer.json()) as { status: string; degraded?: string[] };
};

/** A fact that this version does not know. */
const ofNewerVersion = (projectId: string) => {
  const stream = `locker-${projectId}.${randomUUID()}`;
  const event = { eventId: uuidv7(), type: 'locker.LockerPainted', schemaVersion: 1, data: {} };
  return aCommit({
    metadata: { projectId },
    writes: [{ stream, organizationId: null, expect: 'noStream', events: [event] }],
  });
};

/** Positions of what the project's stream holds, in its order. */
const keptOn = async (url: string, projectId: string): Promise<readonly number[]> => {
  const connection = await connect({ servers: url });
  const manager = await jetstreamManager(connection);
  const stream = busStreamOf(projectId);
  const { state } = await manager.streams.info(stream);
  const positions: number[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = (await manager.streams.getMessage(stream, { seq }))!;
    positions.push(busPlaceIn((name) => message.header.get(name))!.position);
  }
  await connection.close();
  return positions;
};

const toldOverHttp = async (wire: WireClient): Promise<readonly number[]> => {
  const { events } = granted(await wire.get('/v1/events?limit=1000'));
  return events.map(({ position }: { position: string }) => Number(position));
};

const caughtUp = (wire: WireClient) =>
  until(
    'the bus to be at the head',
    async () => {
      const relay = await relayOf(wire);
      return relay.state === 'relaying' && relay.lag === 0 ? relay : undefined;
    },
    30_000,
  );

describeWithNats('a whole server with a bus', 'own', () => {
  let nats: NatsServer;
  let backend: Backend;
  beforeAll(async () => {
    nats = await NatsServer.start();
    backend = await Backend.start({ profile: 'standalone', env: { MUSTER_NATS_URL: nats.url } });
  }, 90_000);
  afterAll(async () => {
    await backend?.stop();
    await nats?.stop();
  });

  it('E30: puts every public event on it, once and in order', async () => {
    const { organization_id } = await backend.organization();
    await backend.member(organization_id, 'ada@bus.example');
    await caughtUp(backend.wire);
    const told = await toldOverHttp(backend.wire);
    expect(told.length).toBeGreaterThan(1);
    expect(await keptOn(nats.url, backend.muster.projectId)).toEqual(told);
    await until('nothing to be missed', async () =>
      (await readinessOf(backend.muster.url)).status === 'ok' ? true : undefined,
    );
  });

  it('E35: goes on without it, says so, and makes up for it', async () => {
    await nats.kill('SIGKILL');
    await until('it to be missed', async () =>
      (await readinessOf(backend.muster.url)).degraded?.includes('nats') ? true : undefined,
    );
    const { organization_id } = await backend.organization();
    for (let n = 0; n < 20; n++) await backend.member(organization_id, `m${n}@away.example`);
    await nats.restart();
    await caughtUp(backend.wire);
    expect(await keptOn(nats.url, backend.muster.projectId)).toEqual(await toldOverHttp(backend.wire));
    await until('it to be missed no more', async () =>
      (await readinessOf(backend.muster.url)).status === 'ok' ? true : undefined,
    );
  }, 60_000);

  it('E22: halts before what it does not know, and says so', async () => {
    const { muster, wire } = backend;
    await muster.kill('SIGTERM');
    const log = await SqliteEventLog.open(join(muster.dataDirectory, 'log.db'));
    const { position } = await log.append(ofNewerVersion(muster.projectId));
    await log.close();
    await muster.restart();
    const relay = await until(
      'the relay to halt',
      async () => {
        const now = await relayOf(wire);
        // Until the connection is there, that is what it misses.
        return now.problem?.includes('locker.LockerPainted') ? now : undefined;
      },
      30_000,
    );
    expect(relay).toMatchObject({ state: 'failing', position: position - 1, lag: 1 });
    // It is asked at most so often, and tells meanwhile what it was told.
    const missed = await until('it to be missed', async () => (await readinessOf(muster.url)).degraded);
    expect(missed).toContain('event_relay');
  }, 150_000);
});

describeWithNats('two processes of operations', 'own', () => {
  let nats: NatsServer;
  let backend: Backend;
  beforeAll(async () => {
    nats = await NatsServer.start();
    const env = { MUSTER_NATS_URL: nats.url };
    backend = await Backend.start({ profile: 'distributed', replicas: 'operations=2', env });
  }, 120_000);
  afterAll(async () => {
    await backend?.stop();
    await nats?.stop();
  });

  it('E30: feed one bus, each event once', async () => {
    const { organization_id } = await backend.organization();
    for (let n = 0; n < 20; n++) await backend.member(organization_id, `m${n}@two.example`);
    const told = await toldOverHttp(backend.wire);
    await until('all to be on the bus', async () => {
      const kept = await keptOn(nats.url, backend.muster.projectId);
      return kept.length >= told.length ? true : undefined;
    });
    expect(await keptOn(nats.url, backend.muster.projectId)).toEqual(told);
  }, 60_000);
});
