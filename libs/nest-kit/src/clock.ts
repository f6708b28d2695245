import { type Clock, type Environment, formatId, instantAt, type NewId } from '@muster/kernel';
import { v7 as uuidv7 } from 'uuid';

export const systemClock: Clock = () => instantAt(Date.now());

/** Time-ordered ids of one project's environment. */
export const newIdIn =
  (environment: Environment): NewId =>
  (type) =>
    formatId(type, environment, uuidv7());
