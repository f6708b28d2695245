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

/** All the way: built anew, compared, and served from. */
const exchangeCopies = async (client: Client): Promise<void> => {
  const name = aView(client);
  if (name === undefined) return;
  for (const operation of ['rebuild', 'verify', 'swap']) {
    const path = `${PROJECTIONS}/${name}/${operation}`;
    const answer = await client.ask(`${operation} view`, { method: 'POST', path, body: {} });
    if (answer?.status !== 200) return;
    await client.world.scheduler.sleep(client.random.below(6_000));
  }
};

/** What is done with views while they are read (E23). */
export const operateViews: Steps = {
  exchangeCopies: [1.2, exchangeCopies],
  rebuild: [0.5, operate('rebuild')],
  verify: [0.7, operate('verify')],
  swap: [0.7, operate('swap')],
  cancel: [0.2, operate('cancel')],
  look: [1.5, look],
};
