import { commandContext, fold, handleCommand, stepId } from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';
import {
  isPublished,
  type SigningKey,
  signingKeyAt,
  type SigningKeys as Keys,
} from '../domain/signing-key/key-schedule.ts';
import { signingKeyAggregate } from '../domain/signing-key/signing-key.decider.ts';
import type { SessionDependencies, SessionJwtSigner } from './ports.ts';

/** The project's keys, as their stream tells them now. */
export type ReadSigningKeys = () => Promise<Keys>;

export const signingKeysOf = (projectId: string) => ({ projectId, organizationId: null, id: projectId });

export const signingKeysReader =
  (dependencies: Pick<SessionDependencies, 'log' | 'codec' | 'projectId'>): ReadSigningKeys =>
  async () =>
    (await fold(dependencies, signingKeyAggregate, signingKeysOf(dependencies.projectId))).state;

/** Which key signs, and which are believed, at this moment. */
export class SigningKeys {
  constructor(
    private readonly dependencies: SessionDependencies,
    private readonly signer: Pick<SessionJwtSigner, 'newKey'>,
    /** Never behind the log (E27). */
    private readonly read: ReadSigningKeys,
  ) {}

  /** Makes a new project's first key. Of several processes that start at once one makes it. */
  async start(): Promise<void> {
    if ((await this.read()).length > 0) return;
    const { projectId, clock } = this.dependencies;
    const commandId = stepId(projectId, 'first-signing-key');
    const command = commandContext(
      { projectId, actor: 'system:signing-keys', correlationId: commandId, causationId: commandId },
      { commandId, at: clock(), content: { type: 'CreateFirstSigningKey', projectId } },
    );
    const data = await this.signer.newKey();
    await handleCommand(this.dependencies, command, async (unit) => {
      const keys = await unit.load(signingKeyAggregate, signingKeysOf(projectId));
      keys.execute({ type: 'CreateFirstSigningKey', data, at: command.at });
    });
  }

  /** What new JWTs are signed with. */
  async current(): Promise<SigningKey> {
    const key = signingKeyAt(await this.read(), this.dependencies.clock());
    if (!key?.privateJwk) throw new Error('the project has no signing key');
    return key;
  }

  /** The published key of that id: no other key's JWTs are believed. */
  async find(keyId: string): Promise<SigningKey | undefined> {
    return (await this.published()).find((key) => key.keyId === keyId);
  }

  /** The public keys, for whoever checks JWTs on their own. */
  async publicJwks(): Promise<readonly JsonObject[]> {
    return (await this.published()).map(({ publicJwk }) => publicJwk);
  }

  private async published(): Promise<Keys> {
    const at = this.dependencies.clock();
    return (await this.read()).filter((key) => isPublished(key, at));
  }
}
