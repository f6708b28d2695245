import { KurrentDbEventLog } from './kurrentdb.event-log.ts';
import { type DoubleOptions, KurrentDbDouble } from './testing/kurrentdb-double.ts';

let double: KurrentDbDouble;
const open = async (options: DoubleOptions) => {
  double = await KurrentDbDouble.start(options);
  return KurrentDbEventLog.open(double.url);
};
afterEach(() => double.stop());

const types = () => double.store.records.map(({ type }) => type);

describe('E1: a server that cannot keep a commit whole is refused when the log is opened', () => {
  it('one before 26.1, by the version that is needed', async () => {
    await expect(open({ version: '26.0.3', withoutAppendRecords: true })).rejects.toMatchObject({
      name: 'ServerUnfit',
      message:
        'KurrentDB 26.1 or newer is needed: this server has no AppendRecords, so a commit could not be checked and written as one',
    });
    expect(types()).toStrictEqual([]);
  });

  it('one that takes an append without looking at a stream it does not write', async () => {
    await expect(open({ ignoresChecks: true })).rejects.toMatchObject({
      name: 'ServerUnfit',
      message: expect.stringContaining('did not check a stream that an append does not write'),
    });
    expect(types()).not.toContain('muster.LogBegun');
  });

  it('E9: one that takes no append as large as a commit can be, by the setting that is needed', async () => {
    await expect(open({ maxAppendSize: 1_048_576 })).rejects.toMatchObject({
      name: 'ServerUnfit',
      message:
        'KurrentDB must take appends of 6291456 bytes: start it with MaxAppendSize 8388608 (KURRENTDB_MAX_APPEND_SIZE)',
    });
    expect(types()).toStrictEqual([]);
  });

  it('a server that keeps it is asked, and nothing of the question stays', async () => {
    const log = await open({});
    await log.close();
    expect(types()).toStrictEqual(['muster.LogBegun']);
  });

  it('a server that is not there is unavailable, not unfit', async () => {
    double = await KurrentDbDouble.start();
    await double.kill();
    await expect(KurrentDbEventLog.open(double.url)).rejects.toMatchObject({
      name: 'UnavailableError',
      dependency: 'event log',
    });
  });
});
