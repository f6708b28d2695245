// Writes the reverse proxy's configuration, for Compose and for the chart: npm run deploy:routes
import { writeFileSync } from 'node:fs';
import { routes, serviceNames, wireErrors } from '@muster/contracts';
import { caddyfile } from './proxy-routes/caddyfile.mjs';
import { proxyFiles } from './proxy-routes/files.mjs';

for (const file of proxyFiles) writeFileSync(file, caddyfile({ routes, serviceNames, wireErrors }));
