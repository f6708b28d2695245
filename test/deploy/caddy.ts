import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServiceName } from '@muster/contracts';
import { until } from '@muster/testkit';

const CADDYFILE = fileURLToPath(new URL('../../deploy/compose/Caddyfile', import.meta.url));
const hasCaddy = spawnSync('caddy', ['version']).status === 0;

/** Suites that run the proxy; where there is no `caddy` on the PATH they are skipped, by name. */
export const describeWithCaddy = (name: string, body: () => void): void =>
  hasCaddy ? describe(name, body) : describe.skip(`${name} (no caddy)`, body);

/** The real proxy with the configuration that is deployed, before processes on this host. */
export class Caddy {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly scratch: string,
  ) {}

  static async start(addresses: Readonly<Record<ServiceName, string>>): Promise<Caddy> {
    const url = `http://127.0.0.1:${await freePort()}`;
    const healthPort = await freePort();
    const scratch = mkdtempSync(join(tmpdir(), 'muster-caddy-'));
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      HOME: scratch,
      MUSTER_SITE: url,
      MUSTER_PROXY_HEALTH_PORT: String(healthPort),
    };
    for (const [service, address] of Object.entries(addresses)) {
      env[`MUSTER_${service.toUpperCase()}_HOST`] = new URL(address).hostname;
      env[`MUSTER_${service.toUpperCase()}_PORT`] = new URL(address).port;
    }
    const child = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', CADDYFILE], {
      env,
      stdio: 'ignore',
    });
    const caddy = new Caddy(url, child, scratch);
    await until(
      'the proxy to listen',
      async () => {
        if (child.exitCode !== null) throw new Error(`caddy ended with ${child.exitCode}`);
        const answer = await fetch(`http://127.0.0.1:${healthPort}/healthz`).catch(() => undefined);
        return answer?.ok ? true : undefined;
      },
      20_000,
    );
    return caddy;
  }

  stop(): void {
    this.process.kill('SIGKILL');
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
