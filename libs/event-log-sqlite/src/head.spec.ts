import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aCommit } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from './sqlite.event-log.ts';

let directory: string;
let [ours, theirs]: SqliteEventLog[] = [];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'muster-'));
  ours = await SqliteEventLog.open(join(directory, 'events.db'));
  theirs = await SqliteEventLog.open(join(directory, 'events.db'));
});
afterEach(async () => {
  await Promise.all([ours!.close(), theirs!.close()]);
  rmSync(directory, { recursive: true });
});

describe('E27: the head of a log that another process writes, too', () => {
  it('counts the commits of both where it may not be old', async () => {
    await theirs!.append(aCommit());
    expect(await ours!.head()).toBe(1);
    await theirs!.append(aCommit());
    expect(await ours!.head()).toBe(2);
  });

  it('is read again when it is older than it may be', async () => {
    await ours!.head();
    await theirs!.append(aCommit());
    const read = performance.now();
    while (performance.now() - read < 2);
    expect(await ours!.head({ within: 1 })).toBe(1);
  });

  it('is not read again before, but for what this process appends', async () => {
    await ours!.head();
    await theirs!.append(aCommit());
    expect(await ours!.head({ within: 60_000 })).toBe(0);
    await ours!.append(aCommit());
    expect(await ours!.head({ within: 60_000 })).toBe(2);
  });

  it('is an error, not an old answer, once the log is closed', async () => {
    await ours!.head();
    await ours!.close();
    await expect(ours!.head({ within: 60_000 })).rejects.toThrow('event log');
  });
});
