export { OrganizationModule } from './app.module.ts';
export { publicEvents } from './public-events.ts';
export { aggregates } from './domain/aggregates.ts';
export { projections } from './read-models/projections.ts';
