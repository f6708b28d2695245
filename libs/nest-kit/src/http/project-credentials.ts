import { hash, timingSafeEqual } from 'node:crypto';

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** The project's id and secret, as callers send them (HTTP Basic). All comparisons take constant time. */
export class ProjectCredentials {
  private readonly secrets: readonly Buffer[];
  /**
   * The header that was found genuine last. The same backend sends the same one with every call, and to decode and hash
   * it again takes longer than all else that is done to let a call in. Secrets last as long as the process does.
   */
  private genuine: Buffer = Buffer.alloc(0);

  /** @param secretHashes SHA-256 of each live secret, hex */
  constructor(
    private readonly projectId: string,
    secretHashes: readonly string[],
  ) {
    this.secrets = secretHashes.map((secretHash) => Buffer.from(secretHash, 'hex'));
  }

  /** Whether an `Authorization` header holds them. */
  areIn(authorization: string): boolean {
    const given = Buffer.from(authorization);
    if (given.length > 0 && sameBytes(given, this.genuine)) return true;
    const are = this.match(authorization);
    if (are) this.genuine = given;
    return are;
  }

  private match(authorization: string): boolean {
    const [scheme, encoded = ''] = authorization.split(' ');
    const [projectId = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const digest = hash('sha256', rest.join(':'), 'buffer');
    // Every live secret is compared, so that the time taken tells nothing about which one matched.
    const matches = this.secrets.filter((secret) => timingSafeEqual(secret, digest));
    return scheme?.toLowerCase() === 'basic' && projectId === this.projectId && matches.length > 0;
  }
}
