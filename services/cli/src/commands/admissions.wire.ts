import { z } from 'zod';
import type { Api } from '../connection/api.ts';

const matcher = z.looseObject({
  type: z.string(),
  domain: z.string().optional(),
  state: z.string().optional(),
  connection_id: z.string().optional(),
});

const rule = z.looseObject({
  rule_id: z.string(),
  matcher,
  mode: z.string(),
  cap: z.number().nullable(),
  ends_at: z.string().nullable(),
});

const inputs = z.looseObject({
  applicant: z.looseObject({
    connection: z.looseObject({ connection_id: z.string(), active: z.boolean() }).nullable(),
  }),
  organization: z.looseObject({
    revision: z.number(),
    ownerless: z.boolean(),
    email_invites: z.string(),
    rules_version: z.number(),
    rules: z.array(rule),
  }),
  member: z
    .looseObject({
      member_id: z.string(),
      status: z.string(),
      door: z.string(),
      has_proven_address: z.boolean(),
    })
    .nullable(),
  domain: z.looseObject({
    kind: z.string(),
    state: z.string().nullable(),
    claimed_elsewhere: z.boolean(),
    proven_colleague: z.boolean(),
  }),
  approval: z.looseObject({ decided_by: z.string() }).nullable(),
  admitted: z.number(),
});

const admission = z.looseObject({
  admission_id: z.string(),
  organization_id: z.string(),
  decided_at: z.string(),
  position: z.number(),
  outcome: z.string(),
  door: z.string().nullable(),
  rule_id: z.string().nullable(),
  member_id: z.string().nullable(),
  email_domain: z.string(),
  email_address: z.unknown().transform((value) => (typeof value === 'string' ? value : null)),
  through: z.string(),
  proof: z.string(),
  inputs,
  reasons: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  evaluated_rules: z.array(z.object({ rule_id: z.string(), outcome: z.string() })),
  withdrawn_because: z.string().nullable(),
});

export type Admission = z.infer<typeof admission>;
export type AdmissionRule = z.infer<typeof rule>;

const page = z.object({
  admissions: z.array(admission),
  results_metadata: z.object({ total: z.number(), next_cursor: z.string().nullable() }),
});

const pathOf = (organization: string): string =>
  `/v1/b2b/organizations/${encodeURIComponent(organization)}/admissions`;

export const admissionOf = async (api: Api, organization: string, id: string): Promise<Admission> => {
  const answer = await api.get(`${pathOf(organization)}/${encodeURIComponent(id)}`);
  return admission.parse(answer['admission']);
};

export type AdmissionFilter = {
  readonly outcome?: string | undefined;
  readonly rule?: string | undefined;
  readonly email?: string | undefined;
  readonly domain?: string | undefined;
};

/**
 * The last `limit` admissions that pass, oldest first. Outcome and rule are the server's to filter by; addresses are
 * sealed in the log and in no index, so finding one reads the organization's admissions through.
 */
export const lastAdmissions = async (
  api: Api,
  organization: string,
  { outcome, rule: rule_id, email, domain }: AdmissionFilter,
  limit: number,
  onPage: (seen: number, total: number) => void = () => undefined,
): Promise<readonly Admission[]> => {
  const wanted = [email, domain].map((text) => text?.trim().toLowerCase());
  const passes = (found: Admission): boolean =>
    (wanted[0] === undefined || found.email_address?.toLowerCase() === wanted[0]) &&
    (wanted[1] === undefined || found.email_domain === wanted[1]);
  let last: readonly Admission[] = [];
  let seen = 0;
  for (let cursor: string | undefined; ;) {
    const answer = page.parse(await api.get(pathOf(organization), { outcome, rule_id, cursor, limit: 200 }));
    seen += answer.admissions.length;
    last = [...last, ...answer.admissions.filter(passes)].slice(-limit);
    onPage(seen, answer.results_metadata.total);
    if (answer.results_metadata.next_cursor === null) return last;
    cursor = answer.results_metadata.next_cursor;
  }
};
