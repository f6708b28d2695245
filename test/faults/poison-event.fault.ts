import { until } from '@muster/testkit';
import type { Fault, Scene } from './fault.ts';
import { logInByCode } from './person.ts';

const VIEW = 'provisioning-admissions';
const NOTICED_MILLISECONDS = 10_000;

type Wire = Scene['wire'];

const parkedIn = async (wire: Wire): Promise<readonly { readonly stream: string }[]> =>
  (await wire.get(`/v1/projections/${VIEW}`)).body.projection.parked;

const admissionsOf = async (wire: Wire, organizationId: string): Promise<number> =>
  (await wire.get(`/v1/b2b/organizations/${organizationId}/admissions`)).body.admissions.length;

/** An organization that lets people of one domain in. */
const found = async ({ wire, told }: Scene, name: string): Promise<string> => {
  const answer = await wire.post('/v1/b2b/organizations', {
    organization_name: name,
    organization_slug: name,
    email_jit_provisioning: 'RESTRICTED',
    email_allowed_domains: [`${name}.example`],
  });
  const id = answer.body.organization.organization_id as string;
  told.organizations.set(id, { name, maximumDurationMinutes: null });
  return id;
};

/** Its stream waits, listed; all others go on; after the mending it is released in order (E22). */
export const poisonEvent: Fault = {
  name: 'an event that a view cannot take',
  sessionsGoOn: true,
  happen: async (scene) => {
    const { ports, wire, told } = scene;
    const [poisoned, healthy] = [await found(scene, 'poisoned'), await found(scene, 'healthy')];
    ports.set({ poison: { view: VIEW, organizationId: poisoned } });
    await logInByCode(scene, poisoned, 'ada@poisoned.example');
    const began = performance.now();
    const parked = await until(
      'the stream to be parked',
      async () => (await parkedIn(wire))[0],
      NOTICED_MILLISECONDS,
    );
    const parkedAfterMilliseconds = Math.round(performance.now() - began);
    await logInByCode(scene, healthy, 'ada@healthy.example');
    const meanwhile = [await admissionsOf(wire, poisoned), await admissionsOf(wire, healthy)];
    if (meanwhile.join() !== '0,1')
      told.wrong.push(`while a stream is parked, its admissions and another one's are ${meanwhile.join()}`);
    ports.set({});
    await until('the stream to be free', () => release(wire, parked.stream), NOTICED_MILLISECONDS);
    const then = await admissionsOf(wire, poisoned);
    if (then !== 1) told.wrong.push(`after its release, the parked stream shows ${then} admissions`);
    return { parkedAfterMilliseconds };
  },
};

const release = async (wire: Wire, stream: string): Promise<true | undefined> => {
  await wire.post(`/v1/projections/${VIEW}/release`, { stream });
  return (await parkedIn(wire)).length === 0 ? true : undefined;
};
