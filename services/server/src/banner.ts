import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MusterConfig } from '@muster/nest-kit';

/** What a shell or an application needs to call this server: `source .muster/dev.env`. */
export const writeDevEnv = (config: MusterConfig, url: string, secret: string): string => {
  const file = join(config.dataDirectory, 'dev.env');
  const lines = [
    `MUSTER_URL=${url}`,
    `MUSTER_PROJECT_ID=${config.project.projectId}`,
    `MUSTER_SECRET=${secret}`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
};

type Facts = {
  readonly config: MusterConfig;
  readonly url: string;
  readonly readyAfter: number;
  readonly devEnv: string | null;
  readonly seeded: string | null;
};

const demoPeople = `  Demo people    ana@acme.example (steward of acme) · bo@globex.example (steward of globex)
                 carol@contractor.example (member of both) · ivo, pia, dan @acme.example (invited, pending, deleted)
`;

const nextStep = (devEnv: string) => `  Try next       set -a; . ${devEnv}; set +a
                 curl -su "$MUSTER_PROJECT_ID:$MUSTER_SECRET" -H 'content-type: application/json' \\
                   -d '{"email_address":"carol@contractor.example"}' $MUSTER_URL/v1/b2b/otps/email/discovery/send
                 then read the code in the mailbox
`;

/** What somebody who just typed `npm start` wants to know. The secret itself stays in the file. */
export const banner = ({ config, url, readyAfter, devEnv, seeded }: Facts): string => `
  Muster         ${url}   (ready in ${(readyAfter / 1000).toFixed(1)} s, ${config.production ? 'production' : 'development'})
  API reference  ${url}/docs   (${url}/openapi.json)
  Mailbox        ${config.smtpUrl === null && !config.production ? `${url}/dev/mailbox` : 'mail goes out by SMTP'}
  Data           ${config.dataDirectory}   (event log, keys, views)
  Keys           ${devEnv === null ? 'from the environment' : `${devEnv}   (MUSTER_URL, MUSTER_PROJECT_ID, MUSTER_SECRET)`}
${seeded === 'demo' ? demoPeople : ''}${devEnv === null ? '' : nextStep(devEnv)}`;
