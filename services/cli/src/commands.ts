import type { CommandGroup } from './command.ts';
import { explainAdmission } from './commands/admissions-explain.command.ts';
import { listAdmissions } from './commands/admissions-list.command.ts';
import { status } from './commands/status.command.ts';

/** Every command there is. */
export const commandGroups: readonly CommandGroup[] = [
  { name: null, describe: '', commands: [status] },
  {
    name: 'admissions',
    describe: 'Who was let in, who was not, and why',
    commands: [listAdmissions, explainAdmission],
  },
];
