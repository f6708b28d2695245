import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is wrong with the ports of every process of a deployment, for as long as it is said. */
export type PortFaults = {
  /** The log neither takes nor gives anything (E27). */
  readonly logUnreachable?: boolean;
  /** Every write of a view takes a hundred times as long. */
  readonly slowView?: string;
  /** A view cannot take events of this organization (E22). */
  readonly poison?: { readonly view: string; readonly organizationId: string };
};

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Faults of ports that a test turns on and off while processes run; they read them from a file (`port-faults.preload.ts`). */
export class PortFaultSwitch {
  private readonly file: string;

  constructor(directory: string) {
    this.file = join(directory, 'port-faults.json');
    this.set({});
  }

  set(faults: PortFaults): void {
    // Written beside and renamed, so that nobody reads half a file.
    writeFileSync(`${this.file}.next`, JSON.stringify(faults));
    renameSync(`${this.file}.next`, this.file);
  }

  /** What processes are started with so that they have the faults without knowing of them. */
  get environment(): Readonly<Record<string, string>> {
    return {
      NODE_OPTIONS: `--import "${at('../../tools/register.mjs')}" --import "${at('./port-faults.preload.ts')}"`,
      PORT_FAULTS_FILE: this.file,
    };
  }
}
