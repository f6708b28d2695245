import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { wireErrors } from '@muster/contracts';
import type { OwnRoutes } from './listener.ts';

const require = createRequire(import.meta.url);

const html = (response: ServerResponse, title: string, body: string): void => {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
  });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>${body}</html>`);
};

const referencePage = `<link rel="stylesheet" href="/docs/swagger-ui.css"><div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>`;

const startScript = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true });`;

const errorsPage = `<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}
td,th{padding:.3rem 1rem .3rem 0;text-align:left;vertical-align:top}tr:target{background:#ffefb0}</style>
<h1>Errors</h1><table><tr><th>error_type<th>status<th>meaning</tr>
${Object.entries(wireErrors)
  .map(
    ([type, [status, message]]) =>
      `<tr id="${type}"><td><code>${type}</code><td>${status}<td>${message}</tr>`,
  )
  .join('\n')}</table>`;

const asset =
  (name: string, type: string) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=3600' });
    createReadStream(join(dirname(require.resolve('swagger-ui-dist/package.json')), name)).pipe(response);
  };

/** `/docs`, `/docs/errors` and `/openapi.json`: all from this process, nothing from elsewhere. */
export const referencePages = (document: () => Promise<object>): OwnRoutes => ({
  '/docs': (response) => html(response, 'Muster API', referencePage),
  '/docs/errors': (response) => html(response, 'Muster errors', errorsPage),
  '/docs/swagger-ui.css': asset('swagger-ui.css', 'text/css'),
  '/docs/swagger-ui-bundle.js': asset('swagger-ui-bundle.js', 'text/javascript'),
  '/docs/start.js': (response) => {
    response.writeHead(200, { 'content-type': 'text/javascript' });
    response.end(startScript);
  },
  '/openapi.json': (response) => {
    document().then(
      (made) => {
        response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
        response.end(JSON.stringify(made));
      },
      (error: unknown) => response.destroy(error as Error),
    );
  },
});
