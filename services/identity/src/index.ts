export { IdentityModule } from './app.module.ts';
export { type Mail, type Mailer, MailRefused } from './application/ports.ts';
export { factsThatCount } from './counted-facts.ts';
export { publicEvents } from './public-events.ts';
export { aggregates } from './domain/aggregates.ts';
export { projections } from './read-models/projections.ts';
