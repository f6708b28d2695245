import type { Client } from './client.ts';
import type { Steps } from './steps.ts';

const PROJECTIONS = '/v1/projections';

/** One of the views, by its name. */
const aView = ({ world, random }: Client): string | undefined => {
  const views = world.views.all();
  return views.length === 0 ? undefined : random.pick(views).projection.name;
};

const operate = (operation: 'rebuild' | 'verify' | 'swap' | 'cancel') => async (client: Client) => {
  const name = aView(client);
  if (name === undefined) return;
  const path = `${PROJECTIONS}/${name}/${operation}`;
  await client.ask(`${operation} view`, {
    method: 'POST',
    path,
    body: operation === 'cancel' ? undefined : {},
  });
};

/** E24: whoever compared a view with another copy of it found them equal. */
const look = async (client: Client): Promise<void> => {
  const name = aView(client);
  if (name === undefined) return;
  const answer = await client.ask('look at view', { method: 'GET', path: `${PROJECTIONS}/${name}` });
  const { verification } = answer?.body?.projection ?? {};
  if (!verification) return;
  client.world.tally(`verification ${verification.state} ${verification.equal}`);
  if (verification.state === 'done' && verification.equal === false)
    client.world.violate(
      'every view equals its rebuild',
      `${name}: ${JSON.stringify(verification.difference)}`,
    );
};

/** What is done with views while they are read (E23). */
export const operateViews: Steps = {
  rebuild: [1, operate('rebuild')],
  verify: [1, operate('verify')],
  swap: [1, operate('swap')],
  cancel: [0.2, operate('cancel')],
  look: [1.5, look],
};
