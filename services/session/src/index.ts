export { SessionModule } from './app.module.ts';
export { factsThatCount } from './counted-facts.ts';
export { publicEvents } from './public-events.ts';
export { aggregates } from './domain/aggregates.ts';
export { projections } from './read-models/projections.ts';
