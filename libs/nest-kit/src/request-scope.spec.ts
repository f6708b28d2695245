import { AppendOutcomeUnknown, type Commit, InMemoryEventLog, timeOrderedUuid } from '@muster/eventsourcing';
import { positionReached, reportingPositions, inRequestScope } from './request-scope.ts';

const origin = { requestId: 'request-1', correlationId: 'request-1' };

const commit: Commit = {
  commitId: 'command-1',
  commandHash: 'hash-1',
  metadata: {
    projectId: 'p',
    actor: 'system:test',
    commandId: 'command-1',
    correlationId: 'c',
    causationId: 'c',
    at: '2026-01-05T09:00:00.000Z',
  },
  writes: [
    {
      stream: 'door-p.1',
      organizationId: null,
      expect: 'any',
      events: [1, 2].map(() => ({
        eventId: timeOrderedUuid(),
        type: 'door.Opened',
        schemaVersion: 1,
        data: {},
      })),
    },
  ],
  conditions: [],
  reservations: [],
};

/** Writes, and does not tell (E8). */
class SilentEventLog extends InMemoryEventLog {
  override async append(written: Commit): Promise<never> {
    await super.append(written);
    throw new AppendOutcomeUnknown(written.commitId);
  }
}

describe('the position a request has reached', () => {
  it('R53: is that of what it appended', async () => {
    const log = reportingPositions(new InMemoryEventLog());
    const { scope } = await inRequestScope(origin, () => log.append(commit));
    expect(scope.position).toBe(2);
  });

  it('R53: is that of what it finds it had written, when the log did not tell', async () => {
    const log = reportingPositions(new SilentEventLog());
    const { scope } = await inRequestScope(origin, async () => {
      await expect(log.append(commit)).rejects.toThrow(AppendOutcomeUnknown);
      expect(positionReached()).toBe(0);
      await log.findCommit('command-1');
    });
    expect(scope.position).toBe(2);
  });

  it('is none where nothing was written', async () => {
    const log = reportingPositions(new InMemoryEventLog());
    const { scope } = await inRequestScope(origin, () => log.findCommit('command-1'));
    expect(scope.position).toBe(0);
  });
});
