export { type Project, TestControlError } from './control.ts';
export { type Mail, Mailbox, type MailLink, type WaitOptions } from './mailbox.ts';
export { type Ahead, MovableClock } from './movable-clock.ts';
export { Muster, type SdkConfig } from './muster.ts';
export { testProject } from './project.ts';
export { InProcessMuster, type SeedData, startMuster, type StartOptions } from './start-muster.ts';
