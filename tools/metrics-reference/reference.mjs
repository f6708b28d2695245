// docs/metrics.md, made of the registry itself (libs/observability, services/*/src/counted-facts.ts).

const line = (cells, widths) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
const table = (head, rows) => {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)));
  const rule = `| ${widths.map((length) => '-'.repeat(length)).join(' | ')} |`;
  return [line(head, widths), rule, ...rows.map((row) => line(row, widths))].join('\n');
};

const code = (text) => `\`${text}\``;
const rowsOf = (metrics) =>
  metrics.map(({ name, type, labels, help }) => [
    code(name),
    type,
    labels.length === 0 ? '–' : labels.map(code).join(', '),
    help.replaceAll('|', '\\|'),
  ]);
const HEAD = ['metric', 'type', 'labels', 'meaning'];

/** @param {readonly { name: string, type: string, help: string, labels: readonly string[] }[]} metrics */
export const metricsReference = (metrics) => {
  const isOurs = ({ name }) => name.startsWith('muster_');
  return `# Metrics

<!-- Made by \`npm run docs:metrics\`; edit libs/observability and services/*/src/counted-facts.ts instead. -->

\`GET /metrics\` of every process, as Prometheus reads it. In development anybody may; in production who sends \`Authorization: Bearer …\` with \`MUSTER_METRICS_TOKEN\`, and without that variable there is nothing to be found ([ADR 14](adr/0014-what-operators-see.md)).

Counters and histograms are of one process since its start: sum \`rate()\` over instances. Gauges of views are of the process that keeps them up. Labels are names from closed sets (services, views, route templates, subjects, outcomes); ids, slugs, addresses and names are in none of them.

## Muster

${table(HEAD, rowsOf(metrics.filter(isOurs)))}

## The process

${table(HEAD, rowsOf(metrics.filter((metric) => !isOurs(metric))))}
`;
};
