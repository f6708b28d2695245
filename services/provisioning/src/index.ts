export { ProvisioningModule } from './app.module.ts';
export { publicEvents } from './public-events.ts';
