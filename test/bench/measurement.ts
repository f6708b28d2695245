import 'reflect-metadata';

/** One measurement: `measurement.ts <name> <parameters as JSON>`; tells its parent the result. */
const [name, parameters = '{}'] = process.argv.slice(2);
try {
  const { run } = (await import(`./measurements/${name}.ts`)) as {
    readonly run: (parameters: unknown) => Promise<unknown>;
  };
  process.send!({ result: await run(JSON.parse(parameters)) });
} catch (error) {
  process.send!({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exitCode = 1;
} finally {
  process.disconnect();
}
