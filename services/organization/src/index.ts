export { OrganizationModule } from './app.module.ts';
