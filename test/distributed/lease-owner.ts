import { type PartProcess, until } from '@muster/testkit';
import type { Backend } from '../e2e/backend.ts';

export type Replica = PartProcess & { readonly url: string };

/** The processes of a service that answer. */
export const replicasOf = (backend: Backend, service: string): readonly Replica[] =>
  backend.muster.processes.filter((one): one is Replica => one.name === service && one.url !== undefined);

/** The one process that says it holds the service's lease. */
export const ownerOf = (backend: Backend, service: string): Promise<Replica> =>
  until(
    `an owner of ${service}`,
    async () => {
      const replicas = replicasOf(backend, service);
      const held = await Promise.all(replicas.map(({ url }) => holdsLease(url, service)));
      const owners = replicas.filter((_, n) => held[n]);
      if (owners.length > 1) throw new Error(`${owners.length} processes own ${service}`);
      return owners[0];
    },
    60_000,
  );

const holdsLease = async (url: string, service: string): Promise<boolean> => {
  const answer = await fetch(`${url}/metrics`).catch(() => undefined);
  return (await answer?.text())?.includes(`muster_lease_held{service="${service}"} 1`) ?? false;
};
