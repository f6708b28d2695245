/** Where the proxy's configuration is kept: Helm reads none but files of the chart's own folder. */
export const proxyFiles = ['deploy/compose/Caddyfile', 'deploy/kubernetes/muster/files/Caddyfile'].map(
  (path) => new URL(`../../${path}`, import.meta.url),
);
