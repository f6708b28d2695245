import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from '../latencies.ts';

export type ReadAfterWriteParameters = {
  readonly url: string;
  readonly authorization: string;
  readonly organizationId: string;
  readonly perSecond: number;
  readonly seconds: number;
};
export type ReadAfterWriteResult = {
  readonly perSecond: number;
  /** From the acknowledgement of a write until a view that holds it has answered. */
  readonly p50: number;
  readonly p99: number;
};

/** New members at a steady rate; each is looked for, in the view of members, as soon as it is acknowledged. */
export const run = async (parameters: ReadAfterWriteParameters): Promise<ReadAfterWriteResult> => {
  const { url, authorization, organizationId, perSecond, seconds } = parameters;
  const headers = { authorization, 'content-type': 'application/json' };
  const members = `${url}/v1/b2b/organizations/${organizationId}/members`;
  const lags = new Latencies();
  const once = async (n: number): Promise<void> => {
    const email_address = `lag${n}@bench.example`;
    const created = await fetch(members, {
      method: 'POST',
      headers,
      body: JSON.stringify({ email_address }),
    });
    await created.arrayBuffer();
    const acknowledged = performance.now();
    const position = created.headers.get('muster-position')!;
    const body = {
      organization_ids: [organizationId],
      limit: 1,
      query: { operator: 'AND', operands: [{ filter_name: 'member_emails', filter_value: [email_address] }] },
    };
    const found = await fetch(`${url}/v1/b2b/organizations/members/search`, {
      method: 'POST',
      headers: { ...headers, 'muster-min-position': position },
      body: JSON.stringify(body),
    });
    const { members: list } = (await found.json()) as { members?: readonly object[] };
    if (list?.length !== 1) throw new Error(`a new member was not found: ${found.status}`);
    lags.add(performance.now() - acknowledged);
  };
  const began = performance.now();
  const under: Promise<void>[] = [];
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = began + (n * 1_000) / perSecond;
    if (due > performance.now()) await pause(due - performance.now());
    under.push(once(n));
  }
  await Promise.all(under);
  const took = performance.now() - began;
  return {
    perSecond: (lags.count / took) * 1_000,
    p50: lags.quantile(0.5),
    p99: lags.quantile(0.99),
  };
};
