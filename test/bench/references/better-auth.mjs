// Better Auth on SQLite with codes by e-mail, as an HTTP server. Tells its parent the port; codes are told at /code.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { emailOTP } from 'better-auth/plugins';

const { directory } = JSON.parse(process.argv[2]);
const database = new DatabaseSync(join(directory, 'better-auth.db'));
// The same promise as Muster's: acknowledged means on disk.
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
const codes = new Map();
const options = {
  baseURL: 'http://127.0.0.1',
  secret: 'a secret of the benchmark, long enough to be one',
  database,
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
  advanced: { disableOriginCheck: true, disableCSRFCheck: true },
  plugins: [
    emailOTP({
      sendVerificationOTP: async ({ email, otp }) => {
        codes.set(email, otp);
      },
    }),
  ],
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const handle = toNodeHandler(betterAuth(options));
const server = createServer((request, response) => {
  if (!request.url.startsWith('/code?')) return handle(request, response);
  const code = codes.get(new URL(request.url, 'http://127.0.0.1').searchParams.get('email'));
  response.end(JSON.stringify([{ codes: code === undefined ? [] : [code] }]));
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit());
