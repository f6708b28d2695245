import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeWithProgram, root, run } from './tools.ts';

type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
};
type Panel = { readonly title: string; readonly targets: readonly { readonly expr: string }[] };

const folder = join(root, 'deploy/observability');
const rulesFile = 'deploy/observability/prometheus/alerts.yaml';
const testsFile = 'deploy/observability/prometheus/alerts.test.yaml';
const yamlOf = (file: string): unknown => parse(readFileSync(join(root, file), 'utf8'));
const rules = (yamlOf(rulesFile) as { groups: readonly { rules: readonly Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboards = readdirSync(join(folder, 'grafana')).map((name) => {
  const { panels } = JSON.parse(readFileSync(join(folder, 'grafana', name), 'utf8')) as {
    readonly panels: readonly Panel[];
  };
  return { name, panels };
});
const expressions: readonly (readonly [string, string])[] = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboards.flatMap(({ name, panels }) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [`${name}: ${title}`, expr] as const)),
  ),
];

/** Of the names in an expression those of metrics; a histogram's are its own and three more. */
const metricsIn = (expression: string): readonly string[] =>
  [...expression.matchAll(/\b(?:muster|nodejs|process)_[a-z0-9_]+/g)].map(([name]) =>
    name.replace(/_(bucket|count|sum)$/, ''),
  );

describe('alerts', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s leads to a runbook', (_, rule) => {
    expect(existsSync(join(root, rule.annotations.runbook))).toBe(true);
    expect(['critical', 'warning']).toContain(rule.labels.severity);
  });

  it('are each seen to fire in a test', () => {
    type Tests = {
      tests: readonly { alert_rule_test: readonly { alertname: string; exp_alerts: readonly unknown[] }[] }[];
    };
    const fired = (yamlOf(testsFile) as Tests).tests
      .flatMap((test) => test.alert_rule_test)
      .filter((test) => test.exp_alerts.length > 0)
      .map((test) => test.alertname);
    expect([...new Set(fired)].toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });
});

describeWithProgram('promtool', 'promtool', () => {
  it('finds no fault in the rules', () => {
    expect(run('promtool', ['check', 'rules', rulesFile]).errors).toBe('');
  });

  it('sees every alert fire when it should, and not before', () => {
    expect(run('promtool', ['test', 'rules', testsFile])).toMatchObject({ status: 0 });
  });

  it('can read every expression of the dashboards', () => {
    const record = (expr: string, n: number) => ({ record: `panel:${n}`, expr });
    const panels = expressions.map(([, expr], n) => record(expr, n));
    const file = join(mkdtempSync(join(tmpdir(), 'muster-panels-')), 'panels.json');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: panels }] }));
    expect(run('promtool', ['check', 'rules', file])).toMatchObject({ status: 0 });
  });
});

const reference = join(root, 'docs/metrics.md');
const isWritten = existsSync(reference);
(isWritten ? describe : describe.skip)(
  `what is measured${isWritten ? '' : ' (docs/metrics.md is not there)'}`,
  () => {
    // `process_*` and `nodejs_*` are prom-client's own.
    const documented = isWritten ? readFileSync(reference, 'utf8') : '';
    it.each(expressions)('is what %s asks for', (_, expression) => {
      const unknown = metricsIn(expression).filter(
        (name) => name.startsWith('muster_') && !documented.includes(`\`${name}\``),
      );
      expect(unknown).toEqual([]);
    });
  },
);

it('every expression asks for something', () => {
  for (const [, expression] of expressions) expect(expression).toMatch(/\b(up|muster_|nodejs_|process_)/);
});
