import type { Json, JsonObject } from '@muster/kernel';
import type { LogReport } from '../application/log-tasks.ts';
import type { TaskReport } from '../application/task.ts';
import { wireNames } from './wire-names.ts';

/** Amounts by category become a list: the names of categories are no field names. */
const resultWire = (result: unknown): Json => {
  const named = wireNames(result) as JsonObject | null;
  const { categories } = (result ?? {}) as { readonly categories?: Readonly<Record<string, object>> };
  if (!categories) return named;
  const amounts = Object.entries(categories).map(([category, amount]) => ({ category, ...amount }));
  return { ...named, categories: amounts as Json };
};

export const taskWire = (task: TaskReport<unknown> | null): Json => {
  if (!task) return null;
  const { result, ...rest } = task;
  return { ...(wireNames(rest) as JsonObject), result: resultWire(result) };
};

export const logWire = ({ verification, count, ageing, ...rest }: LogReport): Json => ({
  ...(wireNames(rest) as JsonObject),
  verification: taskWire(verification),
  count: taskWire(count),
  ageing: taskWire(ageing),
});
