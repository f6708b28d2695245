import { randomBytes } from 'node:crypto';
import { EventCodec, InMemoryEventLog, InMemoryKeyStore, sealingKeyId } from '@muster/eventsourcing';
import { type Instant, plusMinutes, plusSeconds } from '@muster/kernel';
import { Keyring, newIdIn } from '@muster/nest-kit';
import type { SessionDependencies, SigningKeyTimes } from '../application/ports.ts';
import { SigningKeyRotation } from '../application/signing-key-rotation.ts';
import { SigningKeys, signingKeysOf, signingKeysReader } from '../application/signing-keys.ts';
import { aggregates } from '../domain/aggregates.ts';
import { projectId, START } from './facts.ts';

/** The keys of one project, as several processes share them; keys are made by counting. */
export class SigningKeysRig {
  now: Instant = START;
  readonly log = new InMemoryEventLog({ clock: () => this.now });
  readonly keyStore = new InMemoryKeyStore();
  readonly forgotten: string[] = [];
  private readonly keyring = new Keyring(randomBytes(32));
  private made = 0;

  constructor(
    private readonly times: SigningKeyTimes = {
      rotateAfterDays: null,
      propagationSeconds: 300,
      overlapMinutes: 6,
    },
  ) {}

  pass({ days = 0, minutes = 0, seconds = 0 }): void {
    this.now = plusSeconds(plusMinutes(this.now, days * 1_440 + minutes), seconds);
  }

  sealingKeyOf(keyId: string): string {
    return sealingKeyId(signingKeysOf(projectId), keyId);
  }

  process(sealingKeys: Pick<InMemoryKeyStore, 'destroy'> = this.keyStore) {
    const dependencies = this.dependencies();
    const read = signingKeysReader(dependencies);
    const signer = {
      newKey: async () => {
        const keyId = `key-${++this.made}`;
        return { keyId, publicJwk: { kid: keyId }, privateJwk: { d: `private-${this.made}` } };
      },
      forget: (keyId: string) => void this.forgotten.push(keyId),
    };
    const { times } = this;
    return {
      dependencies,
      keys: new SigningKeys(dependencies, signer, read),
      rotation: new SigningKeyRotation({ dependencies, signer, read, sealingKeys, times }),
    };
  }

  async started() {
    const process = this.process();
    await process.keys.start();
    return process;
  }

  private dependencies(): SessionDependencies {
    return {
      log: this.log,
      codec: new EventCodec(this.keyStore, aggregates),
      lookupHash: this.keyring.lookupHash,
      projectId,
      clock: () => this.now,
      newId: newIdIn('test'),
      tokens: this.keyring.tokens(projectId),
    };
  }
}
