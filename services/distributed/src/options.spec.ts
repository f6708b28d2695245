import { readOptions } from './options.ts';

describe('the options of the distributed start', () => {
  it('count processes by service', () =>
    expect(readOptions(['--replicas', 'session=2,identity=3'])).toEqual({
      help: false,
      seed: undefined,
      replicas: { session: 2, identity: 3 },
    }));

  it.each(['sessions=2', 'session', 'session=0', 'session=100', 'nats=2'])('refuse --replicas %s', (given) =>
    expect(() => readOptions(['--replicas', given])).toThrow('must be <service>=<count>'),
  );
});
