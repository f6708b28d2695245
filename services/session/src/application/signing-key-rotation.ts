import {
  type CommandContext,
  commandContext,
  handleCommand,
  type KeyStore,
  sealingKeyId,
  stepId,
} from '@muster/eventsourcing';
import type { Instant, JsonObject } from '@muster/kernel';
import {
  isPublished,
  rotationDueAt,
  type SigningKey,
  type SigningKeys,
  type SigningKeyState,
  stateOf,
} from '../domain/signing-key/key-schedule.ts';
import { signingKeyAggregate, type SigningKeyCommand } from '../domain/signing-key/signing-key.decider.ts';
import type { SessionDependencies, SessionJwtSigner, SigningKeyTimes } from './ports.ts';
import { type ReadSigningKeys, signingKeysOf } from './signing-keys.ts';

/** A key without anything that signs. */
export type SigningKeyDescription = {
  readonly key_id: string;
  readonly state: SigningKeyState;
  readonly published_from: Instant;
  readonly signs_from: Instant;
  readonly signs_until: Instant | null;
  readonly published_until: Instant | null;
  readonly ended_at: Instant | null;
};

export type SigningKeyList = {
  readonly signing_keys: readonly SigningKeyDescription[];
  readonly rotation_due_at: Instant | null;
};

type Parts = {
  readonly dependencies: SessionDependencies;
  readonly signer: Pick<SessionJwtSigner, 'newKey' | 'forget'>;
  readonly read: ReadSigningKeys;
  readonly sealingKeys: Pick<KeyStore, 'destroy'>;
  readonly times: SigningKeyTimes;
};

const MINUTE_SECONDS = 60;

/**
 * Changes the keys of session JWTs. What is decided once, in the log, holds for all processes: the next key's first
 * signature and the old key's last day are said in one event, so that nothing is left half done by a process that dies.
 */
export class SigningKeyRotation {
  private readonly destroyed = new Set<string>();

  constructor(private readonly parts: Parts) {}

  async list(): Promise<SigningKeyList> {
    const { read, times, dependencies } = this.parts;
    const keys = await read();
    const at = dependencies.clock();
    const due = times.rotateAfterDays === null ? undefined : rotationDueAt(keys, times.rotateAfterDays);
    return { signing_keys: keys.map((key) => described(key, keys, at)), rotation_due_at: due ?? null };
  }

  /** Because it is asked for, or time has come. One rotation under way is enough. */
  async rotate(
    command: CommandContext,
    isWanted?: (keys: SigningKeys, at: Instant) => boolean,
  ): Promise<void> {
    const { propagationSeconds, overlapMinutes } = this.parts.times;
    const key = await this.parts.signer.newKey();
    const data = { key, propagationSeconds, overlapSeconds: overlapMinutes * MINUTE_SECONDS };
    await this.execute(command, { type: 'RotateSigningKey', data, at: command.at }, isWanted);
  }

  /** Because somebody else may have the keys: none of them is believed from now on. */
  async replaceCompromised(command: CommandContext): Promise<void> {
    const key = await this.parts.signer.newKey();
    await this.execute(command, { type: 'ReplaceCompromisedSigningKeys', data: { key }, at: command.at });
    await this.destroyEnded();
  }

  /** What time makes due: to be called often. Any number of processes may, and any of them may die on the way. */
  async tend(): Promise<void> {
    const { read, dependencies } = this.parts;
    const at = dependencies.clock();
    const keys = await read();
    const newest = keys.findLast(({ end }) => end === null);
    if (newest && this.isDue(keys, at)) await this.rotate(this.own('rotate', newest.keyId, at), this.isDue);
    const over = keys.find((key) => key.end === null && !isPublished(key, at));
    if (over)
      await this.execute(this.own('retire', over.keyId, at), { type: 'RetireSigningKeys', data: {}, at });
    await this.destroyEnded();
  }

  /** Destroys the private halves of keys that have come to their end; again, where an old key backup brought them back. */
  private async destroyEnded(): Promise<void> {
    const { read, sealingKeys, signer, dependencies } = this.parts;
    const ended = (await read()).filter(({ end, keyId }) => end !== null && !this.destroyed.has(keyId));
    for (const { keyId } of ended) {
      signer.forget(keyId);
      await sealingKeys.destroy(sealingKeyId(signingKeysOf(dependencies.projectId), keyId));
      this.destroyed.add(keyId);
    }
  }

  private readonly isDue = (keys: SigningKeys, at: Instant): boolean => {
    const { rotateAfterDays } = this.parts.times;
    const due = rotateAfterDays === null ? undefined : rotationDueAt(keys, rotateAfterDays);
    return due !== undefined && due <= at;
  };

  private async execute(
    command: CommandContext,
    decision: SigningKeyCommand,
    isWanted: (keys: SigningKeys, at: Instant) => boolean = () => true,
  ): Promise<void> {
    const { dependencies } = this.parts;
    await handleCommand(dependencies, command, async (unit) => {
      const keys = await unit.load(signingKeyAggregate, signingKeysOf(dependencies.projectId));
      if (isWanted(keys.state, decision.at)) keys.execute(decision);
    });
  }

  /** The same step for all processes, which is taken once (E5). */
  private own(step: string, keyId: string, at: Instant): CommandContext {
    const { projectId } = this.parts.dependencies;
    const commandId = stepId(projectId, 'signing-key', step, keyId);
    const content: JsonObject = { type: 'TendSigningKeys', step, keyId };
    return commandContext(
      { projectId, actor: 'system:signing-keys', correlationId: commandId, causationId: commandId },
      { commandId, at, content },
    );
  }
}

const described = (key: SigningKey, keys: SigningKeys, at: Instant): SigningKeyDescription => ({
  key_id: key.keyId,
  state: stateOf(key, keys, at),
  published_from: key.publishedFrom,
  signs_from: key.signsFrom,
  signs_until: key.signsUntil,
  published_until: key.publishedUntil,
  ended_at: key.end?.at ?? null,
});
