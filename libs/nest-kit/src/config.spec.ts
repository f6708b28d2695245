import { configFrom, InvalidConfiguration, readEnvironment } from './config.ts';

const problemsOf = (variables: Record<string, string>): readonly string[] => {
  try {
    readEnvironment(variables);
    return [];
  } catch (error) {
    return (error as InvalidConfiguration).problems;
  }
};

describe('the configuration', () => {
  it('needs nothing in development', () => {
    expect(readEnvironment({})).toMatchObject({
      PORT: 4100,
      MUSTER_DATA_DIR: '.muster',
      MUSTER_MODE: 'development',
    });
  });

  it('names every problem at once', () => {
    const problems = problemsOf({
      PORT: '70000',
      MUSTER_MASTER_KEY: 'short',
      MUSTER_SMTP_URL: 'http://mail',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'PORT',
      'MUSTER_MASTER_KEY',
      'MUSTER_SMTP_URL',
    ]);
  });

  it('only engines that are there can be named, each for what it holds; all problems at once', () => {
    const problems = problemsOf({
      MUSTER_EVENT_LOG_URL: 'mongodb://mongo-1',
      MUSTER_READ_STORE_URL: 'kurrentdb://log-1',
      MUSTER_KEY_STORE_URL: 'mongodb://',
      MUSTER_ANSWER_STORE_URL: 'sqlite:elsewhere.db',
    });
    expect(problems).toEqual([
      'MUSTER_EVENT_LOG_URL: must be sqlite:, or begin with kurrentdb:// or kurrentdb+discover://',
      'MUSTER_READ_STORE_URL: must be sqlite:, or begin with mongodb:// or mongodb+srv://',
      'MUSTER_KEY_STORE_URL: must be sqlite:, or begin with mongodb:// or mongodb+srv://',
      'MUSTER_ANSWER_STORE_URL: must be sqlite:, or begin with mongodb:// or mongodb+srv://',
    ]);
    const named = {
      MUSTER_EVENT_LOG_URL: 'kurrentdb+discover://log-1,log-2',
      MUSTER_READ_STORE_URL: 'mongodb+srv://mongo.example/muster',
      MUSTER_KEY_STORE_URL: 'mongodb://mongo-1,mongo-2/muster',
      MUSTER_ANSWER_STORE_URL: 'sqlite:',
    };
    expect(readEnvironment(named)).toMatchObject(named);
  });

  it('production refuses to start without credentials of its own, TLS and mail', () => {
    expect(problemsOf({ MUSTER_MODE: 'production', MUSTER_PUBLIC_URL: 'http://auth.example' })).toEqual([
      'MUSTER_PROJECT_ID is required in production',
      'MUSTER_SECRET_HASHES is required in production',
      'MUSTER_MASTER_KEY is required in production',
      'MUSTER_SMTP_URL is required in production',
      'MUSTER_PUBLIC_URL must be https in production',
    ]);
  });

  it('attack: the control surface for tests cannot be switched on in production', () => {
    expect(problemsOf({ MUSTER_MODE: 'production', MUSTER_TEST_CONTROL: 'true' })).toContain(
      'MUSTER_TEST_CONTROL is for development only',
    );
  });

  it('test control is for one process with all services, and has a clock of its own', () => {
    expect(
      problemsOf({
        MUSTER_TEST_CONTROL: 'true',
        MUSTER_SERVICE: 'session',
        MUSTER_NATS_URL: 'nats://127.0.0.1:4222',
        MUSTER_TEST_CLOCK_FILE: '/tmp/clock',
      }),
    ).toEqual([
      'MUSTER_TEST_CONTROL is for a process that runs all services',
      'MUSTER_TEST_CLOCK_FILE moves no clock where MUSTER_TEST_CONTROL is on: its own call does',
    ]);
  });

  it('attack: the movable clock and a clear secret cannot be switched on in production', () => {
    const problems = problemsOf({
      MUSTER_MODE: 'production',
      MUSTER_SECRET: 'a-secret-of-16-characters',
      MUSTER_TEST_CLOCK_FILE: '/tmp/clock',
    });
    expect(problems).toContain('MUSTER_SECRET is for development only');
    expect(problems).toContain('MUSTER_TEST_CLOCK_FILE is for development only');
  });

  it('a bare redirect URL serves all types; the first of a type is its default', () => {
    const environment = readEnvironment({
      MUSTER_REDIRECT_URLS:
        'LOGIN=https://a.example/in,LOGIN=https://b.example/in,INVITE=https://a.example/join',
    });
    const { redirectUrls } = configFrom(environment, {
      projectId: 'project-test-0193a5e0-0000-7000-8000-000000000001',
      secretHashes: [],
      listeningAt: 'http://127.0.0.1:4100',
    });
    expect(redirectUrls).toEqual([
      { type: 'LOGIN', url: 'https://a.example/in', isDefault: true },
      { type: 'LOGIN', url: 'https://b.example/in', isDefault: false },
      { type: 'INVITE', url: 'https://a.example/join', isDefault: true },
    ]);
  });

  it('the issuer is the public URL without a trailing slash', () => {
    const environment = readEnvironment({ MUSTER_PUBLIC_URL: 'https://auth.example/' });
    const config = configFrom(environment, {
      projectId: 'project-live-0193a5e0-0000-7000-8000-000000000001',
      secretHashes: [],
      listeningAt: 'http://127.0.0.1:4100',
    });
    expect(config.issuer).toBe('https://auth.example');
    expect(config.project.environment).toBe('live');
  });

  it('signing keys change every 90 days with the least overlap, unless told otherwise', () => {
    const times = (variables: Record<string, string>) =>
      configFrom(readEnvironment(variables), {
        projectId: 'project-test-0193a5e0-0000-7000-8000-000000000001',
        secretHashes: [],
        listeningAt: 'http://127.0.0.1:4100',
      }).signingKeys;
    expect(times({})).toEqual({ rotateAfterDays: 90, propagationSeconds: 300, overlapMinutes: 6 });
    expect(times({ MUSTER_SIGNING_KEY_DAYS: '0', MUSTER_JWKS_MAX_AGE_SECONDS: '60' })).toEqual({
      rotateAfterDays: null,
      propagationSeconds: 60,
      overlapMinutes: 6,
    });
    expect(problemsOf({ MUSTER_SIGNING_KEY_OVERLAP_MINUTES: '5' })).toHaveLength(1);
  });
});
