import { outcomesOf } from './recorder.ts';

const declared = new Set<string>();
const passed = new Set<string>();

/** Methods that some test claims to prove, and those of them whose tests ran and passed. */
export const proofs = { declared: declared as ReadonlySet<string>, passed: passed as ReadonlySet<string> };

/**
 * A test that proves one method of the SDK, by its dotted name. To count, the method itself must have succeeded and must
 * have refused something while the test ran; the test reads back what the success left behind.
 */
export const proves = (name: string, sentence: string, proof: () => Promise<void>): void => {
  declared.add(name);
  it(`${name} ${sentence}`, async () => {
    const before = outcomesOf(name);
    await proof();
    const after = outcomesOf(name);
    expect({
      succeeded: after.accepted > before.accepted,
      refused: after.refused > before.refused,
    }).toEqual({ succeeded: true, refused: true });
    passed.add(name);
  });
};

/** The `error_type` a call was refused with, or the SDK's own code where it refused by itself. */
export const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no refusal',
    (error: Error & { error_type?: string; code?: string }) =>
      error.error_type ?? error.code ?? error.message,
  );
