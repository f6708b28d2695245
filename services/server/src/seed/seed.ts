import { readFileSync } from 'node:fs';
import { z } from 'zod';

const fields = z.record(z.string(), z.json());

/** Calls of the wire API, in order: what a person could type. `state` is how the member ends up. */
const seedFile = z.object({
  organizations: z.array(
    z.object({
      create: fields,
      jit_rules: z.array(fields).optional(),
      session_policy: fields.optional(),
      members: z
        .array(z.object({ state: z.enum(['active', 'invited', 'pending', 'deleted']), create: fields }))
        .default([]),
    }),
  ),
});
export type Seed = z.infer<typeof seedFile>;

/** The demo, or a file of the same form. */
export const readSeed = (name: string): Seed => {
  const file = name === 'demo' ? new URL('demo.json', import.meta.url) : name;
  return seedFile.parse(JSON.parse(readFileSync(file, 'utf8')));
};

export type Call = (method: string, path: string, body: object) => Promise<Record<string, unknown>>;

/** Calls a running server with the project's secret; a refusal of the seed is an error with the server's own words. */
export const callerOf =
  (url: string, projectId: string, secret: string): Call =>
  async (method, path, body) => {
    const response = await fetch(`${url}/v1/b2b${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };

const plantMember = async (
  call: Call,
  organization: string,
  { state, create }: Seed['organizations'][number]['members'][number],
): Promise<void> => {
  const members = `/organizations/${organization}/members`;
  if (state === 'invited') {
    await call('POST', '/magic_links/email/invite', { organization_id: organization, ...create });
    return;
  }
  const { member_id: member } = await call('POST', members, {
    ...create,
    create_member_as_pending: state === 'pending',
  });
  if (state === 'deleted') await call('DELETE', `${members}/${String(member)}`, {});
};

/** Plants a seed through the wire API, so that it can hold nothing a caller could not make. */
export const plant = async (seed: Seed, call: Call): Promise<void> => {
  for (const { create, jit_rules, session_policy, members } of seed.organizations) {
    const answer = await call('POST', '/organizations', create);
    const id = (answer['organization'] as { organization_id: string }).organization_id;
    if (jit_rules) await call('PUT', `/organizations/${id}/jit_rules`, { rules: jit_rules });
    if (session_policy) await call('PUT', `/organizations/${id}/session_policy`, session_policy);
    for (const member of members) await plantMember(call, id, member);
  }
};
