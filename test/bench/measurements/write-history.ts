import { generateCrowd } from '../../history/crowd.ts';
import { generateYear } from '../../history/year.ts';
import type { HistoryKind } from '../histories.ts';

type Parameters = {
  readonly kind: HistoryKind;
  readonly size: number;
  readonly seed: number;
  readonly dataDirectory: string;
};

export const run = ({ kind, size, ...options }: Parameters) =>
  kind === 'year' ? generateYear({ ...options, events: size }) : generateCrowd({ ...options, members: size });
