export { SessionModule } from './app.module.ts';
