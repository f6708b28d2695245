import { commandContext, fold, handleCommand, stepId } from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';
import {
  type SigningKey,
  signingKeyAggregate,
  type SigningKeys as Keys,
} from '../domain/signing-key/signing-key.decider.ts';
import type { SessionDependencies, SessionJwtSigner } from './ports.ts';

const MILLISECONDS_BETWEEN_READS = 1_000;

/** The keys of the project, in memory: signing and checking read no log. */
export class SigningKeys {
  private keys: Keys = [];
  private readAt = -Infinity;

  constructor(
    private readonly dependencies: SessionDependencies,
    private readonly signer: Pick<SessionJwtSigner, 'newKey'>,
    /** Milliseconds that only ever grow. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Reads the keys and, in a new project, makes the first one. Of several processes that start at once one makes it. */
  async start(): Promise<void> {
    await this.read();
    if (this.keys.length > 0) return;
    const { projectId, clock } = this.dependencies;
    const commandId = stepId(projectId, 'first-signing-key');
    const actor = 'system:signing-keys';
    const command = commandContext(
      { projectId, actor, correlationId: commandId, causationId: commandId },
      { commandId, at: clock(), content: { type: 'CreateFirstSigningKey', projectId } },
    );
    const data = await this.signer.newKey();
    await handleCommand(this.dependencies, command, async (unit) => {
      const keys = await unit.load(signingKeyAggregate, this.id());
      keys.execute({ type: 'CreateFirstSigningKey', data, at: command.at });
    });
    await this.read();
  }

  /** What new JWTs are signed with. */
  current(): SigningKey {
    const key = this.keys.findLast(({ privateJwk }) => privateJwk !== undefined);
    if (!key) throw new Error('the project has no signing key; start() makes the first one');
    return key;
  }

  /** The key of that id, or undefined. An unknown id may be a key another process made: looked up, but not for ever. */
  async find(keyId: string): Promise<SigningKey | undefined> {
    const known = this.keys.find((key) => key.keyId === keyId);
    if (known || this.now() - this.readAt < MILLISECONDS_BETWEEN_READS) return known;
    await this.read();
    return this.keys.find((key) => key.keyId === keyId);
  }

  /** The public keys, for whoever checks JWTs on their own. */
  publicJwks(): readonly JsonObject[] {
    return this.keys.map(({ publicJwk }) => publicJwk);
  }

  private async read(): Promise<void> {
    this.readAt = this.now();
    const { state } = await fold(this.dependencies, signingKeyAggregate, this.id());
    this.keys = state;
  }

  private id() {
    const { projectId } = this.dependencies;
    return { projectId, organizationId: null, id: projectId };
  }
}
