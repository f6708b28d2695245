import { until, type WireClient } from '@muster/testkit';
import type { Told } from '../crash/told.ts';
import type { Fault } from './fault.ts';

const VIEW = 'organization-organizations';
const NOTICED_MILLISECONDS = 10_000;

const parkedIn = async (wire: WireClient): Promise<readonly { readonly stream: string }[]> =>
  (await wire.get(`/v1/projections/${VIEW}`)).body.projection.parked;

const found = async (wire: WireClient, told: Told, name: string) => {
  const answer = await wire.post('/v1/b2b/organizations', {
    organization_name: name,
    organization_slug: name,
  });
  const id = answer.body.organization.organization_id as string;
  told.organizations.set(id, { name, maximumDurationMinutes: null });
  return id;
};

/** Its stream waits, listed; all others go on; after the mending it is released in order (E22). */
export const poisonEvent: Fault = {
  name: 'an event that a view cannot take',
  sessionsGoOn: true,
  happen: async ({ ports, wire, told }) => {
    const poisoned = await found(wire, told, 'poisoned');
    ports.set({ poison: { view: VIEW, organizationId: poisoned } });
    const began = performance.now();
    const rename = (name: string) =>
      wire.put(`/v1/b2b/organizations/${poisoned}`, { organization_name: name });
    await rename('poisoned once');
    await rename('poisoned twice');
    told.organizations.get(poisoned)!.name = 'poisoned twice';
    const [parked] = await until(
      'the stream to be parked',
      async () => ((await parkedIn(wire)).length > 0 ? parkedIn(wire) : undefined),
      NOTICED_MILLISECONDS,
    );
    const parkedAfterMilliseconds = Math.round(performance.now() - began);
    const healthy = await found(wire, told, 'healthy');
    const { status } = await wire.get(`/v1/b2b/organizations/${healthy}`);
    if (status !== 200)
      told.wrong.push(`while a stream is parked another organization is answered ${status}`);
    ports.set({});
    await until('the poison to be gone', () => release(wire, parked!.stream), NOTICED_MILLISECONDS);
    return { parkedAfterMilliseconds };
  },
};

const release = async (wire: WireClient, stream: string): Promise<true | undefined> => {
  await wire.post(`/v1/projections/${VIEW}/release`, { stream });
  return (await parkedIn(wire)).length === 0 ? true : undefined;
};
