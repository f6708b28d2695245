import type { CommandGroup } from './command.ts';
import { explainAdmission } from './commands/admissions-explain.command.ts';
import { listAdmissions } from './commands/admissions-list.command.ts';
import { eraseApplicant } from './commands/applicants-erase.command.ts';
import { makeBackup } from './commands/backup.command.ts';
import { replayEvents } from './commands/events-replay.command.ts';
import { showEvent } from './commands/events-show.command.ts';
import { tailEvents } from './commands/events-tail.command.ts';
import { listKeys } from './commands/keys-list.command.ts';
import { rotateKeys } from './commands/keys-rotate.command.ts';
import { ageLog } from './commands/log-age.command.ts';
import { logStats } from './commands/log-stats.command.ts';
import { verifyLog } from './commands/log-verify.command.ts';
import { eraseMember } from './commands/members-erase.command.ts';
import { cancelProjection } from './commands/projections-cancel.command.ts';
import { listProjections } from './commands/projections-list.command.ts';
import { rebuildProjection } from './commands/projections-rebuild.command.ts';
import { releaseStream } from './commands/projections-release.command.ts';
import { showProjection } from './commands/projections-show.command.ts';
import { swapProjection } from './commands/projections-swap.command.ts';
import { verifyProjection } from './commands/projections-verify.command.ts';
import { pruneBackups } from './commands/prune-backups.command.ts';
import { restoreBackup } from './commands/restore.command.ts';
import { status } from './commands/status.command.ts';
import { checkBackup } from './commands/verify-backup.command.ts';

/** Every command there is. */
export const commandGroups: readonly CommandGroup[] = [
  { name: null, describe: '', commands: [status] },
  {
    name: 'projections',
    describe: 'Read models: look, build anew, compare, exchange',
    commands: [
      listProjections,
      showProjection,
      rebuildProjection,
      verifyProjection,
      swapProjection,
      cancelProjection,
      releaseStream,
    ],
  },
  {
    name: 'log',
    describe: 'The event log: whether it is whole, what it holds, what may go',
    commands: [verifyLog, logStats, ageLog],
  },
  {
    name: 'admissions',
    describe: 'Who was let in, who was not, and why',
    commands: [listAdmissions, explainAdmission],
  },
  {
    name: 'events',
    describe: 'The public history: as it happens, one event, all of it',
    commands: [tailEvents, showEvent, replayEvents],
  },
  { name: 'keys', describe: 'Keys that sign session JWTs', commands: [listKeys, rotateKeys] },
  { name: 'members', describe: 'People', commands: [eraseMember] },
  {
    name: 'applicants',
    describe: 'People who applied and became no members',
    commands: [eraseApplicant],
  },
  { name: null, describe: '', commands: [makeBackup, checkBackup, restoreBackup, pruneBackups] },
];
