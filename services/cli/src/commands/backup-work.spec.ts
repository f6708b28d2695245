import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseOtherEngines } from './backup-work.ts';

describe('a backup of a data directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-engines-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const engines = (eventLog: string, keyStore: string) =>
    writeFileSync(
      join(directory, 'engines.json'),
      JSON.stringify({ eventLog, keyStore, readStore: 'mongodb', answerStore: 'sqlite' }),
    );

  it('is made where log and keys are files of it, wherever views are', () => {
    expect(() => refuseOtherEngines(directory)).not.toThrow();
    engines('sqlite', 'sqlite');
    expect(() => refuseOtherEngines(directory)).not.toThrow();
  });

  it('is refused where log or keys are elsewhere, naming what', () => {
    engines('kurrentdb', 'mongodb');
    expect(() => refuseOtherEngines(directory)).toThrow(
      `${directory} has not all that a backup needs: its event log is in kurrentdb, its keys are in mongodb`,
    );
    engines('sqlite', 'mongodb');
    expect(() => refuseOtherEngines(directory)).toThrow('its keys are in mongodb');
  });
});
