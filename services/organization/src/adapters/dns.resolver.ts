import { Resolver } from 'node:dns/promises';
import { UnavailableError } from '@muster/kernel';
import type { Dns } from '../application/ports.ts';

const TIMEOUT_MILLISECONDS = 5_000;
const TRIES = 2;

/** What a name server says where there is nothing: an answer, not a failure. */
const NOTHING_THERE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/** The DNS, as the given servers know it (`host` or `host:port`); the system's servers where none are given. */
export class DnsResolver implements Dns {
  private readonly resolver = new Resolver({ timeout: TIMEOUT_MILLISECONDS, tries: TRIES });

  constructor(servers: readonly string[]) {
    if (servers.length > 0) this.resolver.setServers([...servers]);
  }

  async texts(name: string): Promise<readonly string[]> {
    try {
      const records = await this.resolver.resolveTxt(name);
      return records.map((chunks) => chunks.join(''));
    } catch (error) {
      if (NOTHING_THERE.has((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw new UnavailableError('dns', { cause: error });
    }
  }
}
