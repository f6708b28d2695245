import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A clock that a test moves forward while the server runs (`MUSTER_TEST_CLOCK_FILE`). */
export class MovableClock {
  private milliseconds = 0;
  readonly file: string;

  constructor(directory: string) {
    this.file = join(directory, 'clock');
    this.advance({});
  }

  advance({ seconds = 0, minutes = 0, hours = 0, days = 0 }): void {
    this.milliseconds += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
    // Written beside and renamed, so that the server never reads half a file.
    writeFileSync(`${this.file}.next`, String(this.milliseconds));
    renameSync(`${this.file}.next`, this.file);
  }

  /** What the server takes for now. */
  now(): Date {
    return new Date(Date.now() + this.milliseconds);
  }
}
