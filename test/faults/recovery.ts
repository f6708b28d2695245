import { setTimeout as pause } from 'node:timers/promises';
import type { WireClient } from '@muster/testkit';
import { viewReports } from '../crash/view-checks.ts';

const LAG_MILLISECONDS = 1_000;
const PATIENCE_MILLISECONDS = 30_000;
const LOOK_EVERY_MILLISECONDS = 100;

/**
 * Seconds until everybody is ready and every view and the bus hold within a second what was just written; undefined
 * where that is not so after half a minute.
 */
export const recovered = async (
  wire: WireClient,
  write: () => Promise<number | undefined>,
): Promise<number | undefined> => {
  const began = performance.now();
  const patience = () => PATIENCE_MILLISECONDS - (performance.now() - began);
  while (patience() > 0) {
    if (await keepsUp(wire, write)) return (performance.now() - began) / 1_000;
    await pause(LOOK_EVERY_MILLISECONDS);
  }
  return undefined;
};

/** Whether what is written now is in all views, and on the bus, within a second. */
const keepsUp = async (wire: WireClient, write: () => Promise<number | undefined>): Promise<boolean> => {
  const ready = await wire.get('/readyz').catch(() => undefined);
  if (ready?.status !== 200) return false;
  const position = await write();
  if (position === undefined) return false;
  const written = performance.now();
  while (performance.now() - written < LAG_MILLISECONDS) {
    const views = await viewReports(wire).catch(() => undefined);
    const bus = (await wire.get('/v1/log').catch(() => undefined))?.body?.log?.relay;
    if (views?.every((view) => view.position >= position) && bus?.position >= position) return true;
  }
  return false;
};
