export { ProvisioningModule } from './app.module.ts';
