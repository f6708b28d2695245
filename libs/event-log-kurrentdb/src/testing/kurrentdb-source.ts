import { existsSync } from 'node:fs';

/** 26.1 is the first with AppendRecords, and the last whose clusters need no licence. */
const IMAGE = 'kurrentplatform/kurrentdb:26.1.2';
const PORT = 2113;

/** A server that tests use; `stop` leaves one alone that ran before. */
export type AnyKurrentDb = { readonly url: string; stop(): Promise<void> };

/**
 * Where tests find a KurrentDB server: one that runs already (`MUSTER_TEST_KURRENTDB_URL`), or Docker; undefined where
 * there is neither.
 */
export const kurrentDbSource = (): 'url' | 'docker' | undefined => {
  if (process.env['MUSTER_TEST_KURRENTDB_URL']) return 'url';
  const hasDocker = process.env['DOCKER_HOST'] !== undefined || existsSync('/var/run/docker.sock');
  return hasDocker ? 'docker' : undefined;
};

export const startKurrentDb = async (): Promise<AnyKurrentDb> => {
  const url = process.env['MUSTER_TEST_KURRENTDB_URL'];
  if (url) return { url, stop: async () => undefined };
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts(PORT)
    .withEnvironment({
      KURRENTDB_INSECURE: 'true',
      KURRENTDB_CLUSTER_SIZE: '1',
      KURRENTDB_RUN_PROJECTIONS: 'None',
      KURRENTDB_MAX_APPEND_SIZE: '8388608',
    })
    .withWaitStrategy(Wait.forHttp('/health/live', PORT).forStatusCode(204))
    .start();
  return {
    url: `kurrentdb://${container.getHost()}:${container.getMappedPort(PORT)}?tls=false`,
    stop: async () => void (await container.stop()),
  };
};

/** Tests against a real server; where none is found they are skipped, by name. */
export const describeWithKurrentDb = (name: string, body: (server: () => AnyKurrentDb) => void): void => {
  if (!kurrentDbSource())
    return describe.skip(`${name} (no MUSTER_TEST_KURRENTDB_URL, no Docker)`, () => body(absent));
  describe(name, () => {
    let server: AnyKurrentDb;
    beforeAll(async () => void (server = await startKurrentDb()), 180_000);
    afterAll(() => server.stop());
    body(() => server);
  });
};

const absent = (): never => {
  throw new Error('no KurrentDB server');
};
