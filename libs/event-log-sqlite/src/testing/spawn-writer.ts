import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const script = fileURLToPath(new URL('writer.script.ts', import.meta.url));

export type Acknowledged = { readonly n: number; readonly position: number };

/** Another process that appends commits `<name>-<from>`… to the file. `onAcknowledged` sees each as it is answered. */
export const spawnWriter = async (
  { file, name, from, count }: { file: string; name: string; from: number; count: number },
  onAcknowledged: (acknowledged: readonly Acknowledged[], writer: ChildProcess) => void = () => {},
): Promise<{ readonly acknowledged: readonly Acknowledged[]; readonly code: number | null }> => {
  const writer = spawn(
    process.execPath,
    [
      '--conditions=@muster/source',
      '--import',
      './tools/register.mjs',
      script,
      file,
      name,
      `${from}`,
      `${count}`,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const acknowledged: Acknowledged[] = [];
  const exited = new Promise<number | null>((resolve) => writer.once('close', resolve));
  for await (const line of createInterface(writer.stdout)) {
    const whole = /^(\d+) (\d+)$/.exec(line);
    if (!whole) continue;
    acknowledged.push({ n: Number(whole[1]), position: Number(whole[2]) });
    onAcknowledged(acknowledged, writer);
  }
  return { acknowledged, code: await exited };
};
