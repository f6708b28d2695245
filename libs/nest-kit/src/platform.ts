import type { RbacPolicy, Requester } from '@muster/contracts';
import type { Dependencies } from '@muster/observability';
import type { EventLog, KeyStore, Ownership, ReadStore, ViewRegistry } from '@muster/eventsourcing';
import type { Clock, Environment, NewId } from '@muster/kernel';
import type { Logger } from 'pino';
import type { AnswerStore } from './idempotency/answer-store.ts';
import type { Keyring } from './keyring.ts';

export type RedirectType = 'LOGIN' | 'SIGNUP' | 'INVITE' | 'RESET_PASSWORD' | 'DISCOVERY';

/** One URL that links may lead to: exact, of one type; the default is used where a call names none. */
export type RedirectUrl = { readonly type: RedirectType; readonly url: string; readonly isDefault: boolean };

export type Project = {
  readonly projectId: string;
  readonly environment: Environment;
  readonly name: string;
};

/** Validated and frozen once at start-up; nobody else reads the environment. */
export type MusterConfig = {
  readonly project: Project;
  /** SHA-256 of each live secret, hex; several while one is rotated. */
  readonly secretHashes: readonly string[];
  /** Where callers reach this deployment; links and the issuer come from here, never from a request. */
  readonly publicUrl: string;
  readonly issuer: string;
  readonly production: boolean;
  readonly dataDirectory: string;
  readonly redirectUrls: readonly RedirectUrl[];
  readonly rbac: RbacPolicy;
  /** `smtp://…` or `smtps://…`; null: the dev mailbox keeps all mail. */
  readonly smtpUrl: string | null;
  readonly mailFrom: { readonly name: string; readonly address: string };
  readonly dnsServers: readonly string[];
  readonly signingKeys: SigningKeyTimes;
};

/** When the keys of session JWTs change. */
export type SigningKeyTimes = {
  /** Null: only when asked to. */
  readonly rotateAfterDays: number | null;
  /** How long a key is published before it signs, and how long caches may hold the published keys. */
  readonly propagationSeconds: number;
  /** How long a key stays published after it has stopped signing. */
  readonly overlapMinutes: number;
};

/** What a service is built on: one adapter per port, chosen by whoever starts the process. */
export type Platform = {
  readonly config: MusterConfig;
  readonly log: EventLog;
  readonly keys: KeyStore;
  readonly store: ReadStore;
  /** Every view that a service opens is found here by those who look after views. */
  readonly views: Pick<ViewRegistry, 'register'>;
  readonly answers: AnswerStore;
  readonly requester: Requester;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly keyring: Keyring;
  readonly logger: Logger;
  /** Where a service names what it depends on besides: `/readyz` tells whether it is there. */
  readonly dependencies?: Pick<Dependencies, 'add'>;
  /** Where other processes may run the same services: whether this one does what only one of them may. */
  readonly ownership?: Ownership;
  /** Nothing but what an operator asks for may happen: mail and reactors stay off (E25). */
  readonly maintenance?: boolean;
};
