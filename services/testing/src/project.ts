import type { Project } from './control.ts';

/** The project that is served where a test names no other. Its secret protects nothing but test data. */
export const testProject: Project = {
  projectId: 'project-test-00000000-0000-4000-8000-000000000001',
  secret: 'secret-test-of-everybody-who-tests',
};

/** What a server under test is started with, in whatever way. */
export const testEnvironment = ({ projectId, secret }: Project): Record<string, string> => ({
  MUSTER_MODE: 'development',
  MUSTER_TEST_CONTROL: 'true',
  MUSTER_PROJECT_ID: projectId,
  MUSTER_SECRET: secret,
  // SDKs take this issuer wherever the server listens.
  MUSTER_ISSUER: `stytch.com/${projectId}`,
});

/** Ids that are counted, and a fixed master key, from which codes and tokens follow. */
export const deterministicEnvironment = {
  MUSTER_TEST_IDS: 'counted',
  MUSTER_MASTER_KEY: Buffer.alloc(32, 'muster').toString('base64'),
} as const;
