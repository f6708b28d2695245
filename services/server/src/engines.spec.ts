import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepToEngines } from './engines.ts';

const here = { eventLog: 'sqlite:', readStore: 'sqlite:', keyStore: 'sqlite:', answerStore: 'sqlite:' };
const elsewhere = {
  eventLog: 'kurrentdb+discover://ann:secret@log-1,log-2',
  readStore: 'mongodb://ann:secret@mongo-1/muster',
  keyStore: 'mongodb+srv://ann:secret@mongo-1/muster',
  answerStore: 'mongodb://ann:secret@mongo-1/muster',
};

describe('the engines of a data directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-engines-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const written = () => readFileSync(join(directory, 'engines.json'), 'utf8');

  it('are not written down where all are files of it', () => {
    keepToEngines(directory, here);
    expect(existsSync(join(directory, 'engines.json'))).toBe(false);
  });

  it('attack: are written down without addresses and passwords', () => {
    keepToEngines(directory, elsewhere);
    expect(JSON.parse(written())).toEqual({
      eventLog: 'kurrentdb',
      readStore: 'mongodb',
      keyStore: 'mongodb',
      answerStore: 'mongodb',
    });
  });

  it('E12: a server never begins another log, or other keys, than its directory knows of', () => {
    keepToEngines(directory, elsewhere);
    expect(() => keepToEngines(directory, here)).toThrow(
      `MUSTER_EVENT_LOG_URL: ${directory} has its event log in kurrentdb, and this names sqlite\n` +
        `  - MUSTER_KEY_STORE_URL: ${directory} has its keys in mongodb, and this names sqlite`,
    );
    keepToEngines(directory, { ...elsewhere, readStore: 'sqlite:', answerStore: 'sqlite:' });
    expect(JSON.parse(written())).toMatchObject({ readStore: 'sqlite', answerStore: 'sqlite' });
  });

  it('a log that is there as a file is not left for another engine', () => {
    writeFileSync(join(directory, 'log.db'), '');
    expect(() => keepToEngines(directory, { ...here, eventLog: 'kurrentdb://log-1' })).toThrow(
      'has its event log in sqlite, and this names kurrentdb',
    );
  });
});
