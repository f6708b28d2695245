import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from './server.ts';

const PATIENCE_MILLISECONDS = 1_200_000;

type Projections = {
  readonly projections: readonly { readonly position: number; readonly head: number | null }[];
};

/** Waits until all views of a server have caught up with its log. */
export const untilViewsAreThere = async (server: RunningServer): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  while (Date.now() < deadline) {
    const { projections } = await server.get<Projections>('/v1/projections');
    if (projections.every(({ position, head }) => head !== null && position >= head)) return;
    await pause(100);
  }
  throw new Error('the views do not catch up');
};
