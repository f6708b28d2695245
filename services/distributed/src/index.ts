export { type Distributed, startDistributed } from './distributed.ts';
