export { IdentityModule } from './app.module.ts';
