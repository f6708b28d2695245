import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@muster/contracts';
import { parseAllDocuments } from 'yaml';
import { describeWithProgram, root, run } from './tools.ts';

const chart = join(root, 'deploy/kubernetes/muster');
const values = (name: string): string => join(chart, 'ci', `${name}-values.yaml`);
const examples = ['existing-secret', 'everything'] as const;
// A helm without a cluster takes an old one for granted.
const VERSION = ['--kube-version', '1.35.0'];

type Container = {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom?: readonly object[];
  readonly securityContext: object;
  readonly readinessProbe: object;
  readonly livenessProbe: object;
  readonly volumeMounts: readonly { readonly mountPath: string }[];
};
type Resource = {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: Readonly<Record<string, unknown>> & { readonly containers: readonly Container[] };
    };
    readonly egress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  };
};

const render = (...arguments_: readonly string[]): readonly Resource[] => {
  const { status, output, errors } = run('helm', ['template', 'muster', chart, ...VERSION, ...arguments_]);
  if (status !== 0) throw new Error(errors);
  return parseAllDocuments(output)
    .map((document) => document.toJS() as Resource | null)
    .filter((resource) => resource !== null);
};

describeWithProgram('helm', 'the chart', () => {
  const rendered = new Map<string, readonly Resource[]>();
  const all = (name: string): readonly Resource[] => rendered.get(name)!;
  const ofKind = (name: string, kind: string) => all(name).filter((resource) => resource.kind === kind);
  beforeAll(() => {
    for (const name of examples) rendered.set(name, render('-f', values(name)));
  }, 60_000);

  it.each(examples)('has no fault that lint finds, with the values of %s', (name) => {
    const { status, output } = run('helm', ['lint', '--strict', chart, '-f', values(name), ...VERSION]);
    expect([status, output]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
  });

  it.each(examples)(
    '%s: every service and the proxy is a Deployment with a budget for disruptions',
    (name) => {
      const names = [...serviceNames, 'proxy'].map((service) => `muster-${service}`).toSorted();
      const namesOf = (kind: string) =>
        ofKind(name, kind)
          .map(({ metadata }) => metadata.name)
          .toSorted();
      expect([namesOf('Deployment'), namesOf('PodDisruptionBudget')]).toEqual([names, names]);
    },
  );

  it.each(examples)('%s: pods are not root, write to nothing of their image, and hold no token', (name) => {
    for (const { spec } of ofKind(name, 'Deployment')) {
      const pod = spec.template.spec;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const { securityContext } of pod.containers)
        expect(securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  it.each(examples)('%s: secrets are files; none is in an environment or a ConfigMap', (name) => {
    const [settings] = ofKind(name, 'ConfigMap').filter((map) => map.metadata.name === 'muster-settings');
    const secret = /SECRET|KEY$|_URL$|TOKEN/;
    const given = Object.keys(settings!.data!).filter((key) => secret.test(key) && !key.endsWith('_FILE'));
    expect(given).toEqual(['MUSTER_PUBLIC_URL']);
    for (const { spec } of ofKind(name, 'Deployment'))
      for (const { env } of spec.template.spec.containers)
        for (const variable of env)
          expect(variable).toEqual({ name: variable.name, value: expect.any(String) });
  });

  it('a pod that goes has the drain and 45 s more', () => {
    const [pod] = render('-f', values('existing-secret'), '--set', 'drainSeconds=20')
      .filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'muster-session')
      .map(({ spec }) => spec.template.spec);
    expect(pod!['terminationGracePeriodSeconds']).toBe(65);
  });

  it('attack: a service reaches its stores, the bus and DNS; identity the mail server, too; nothing else', () => {
    const policies = ofKind('existing-secret', 'NetworkPolicy');
    const portsOf = (suffix: string) =>
      policies
        .find(({ metadata }) => metadata.name === `muster-${suffix}`)!
        .spec.egress!.flatMap(({ ports }) => ports.map(({ port }) => port));
    expect(portsOf('services')).toEqual([53, 53, 4222, 2113, 27017]);
    expect(portsOf('proxy')).toEqual([4100, 53, 53]);
    expect(portsOf('mail')).toEqual([25, 465, 587]);
    const mail = policies.find(({ metadata }) => metadata.name === 'muster-mail')!;
    expect(mail.spec.podSelector!.matchLabels['app.kubernetes.io/component']).toBe('identity');
    const deny = policies.find(({ metadata }) => metadata.name === 'muster-default-deny')!;
    expect(deny.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(deny.spec).not.toHaveProperty('egress');
  });

  it('what scales by itself has no fixed number of replicas, and one service can differ', () => {
    const replicas = Object.fromEntries(
      ofKind('everything', 'Deployment').map(({ metadata, spec }) => [metadata.name, spec.replicas]),
    );
    expect([replicas['muster-session'], replicas['muster-operations']]).toEqual([undefined, 2]);
    const scaled = ofKind('everything', 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name);
    expect(scaled).not.toContain('muster-operations');
  });

  it.each([
    ['nothing said', '', 'publicUrl'],
    ['plain http', 'publicUrl: http://auth.example.com', 'publicUrl'],
    ['a word that is misspelt', 'servces: { session: { replicas: 3 } }', 'servces'],
    ['a secret among the settings', 'settings: { MUSTER_MASTER_KEY: abc }', 'MUSTER_MASTER_KEY'],
    ['development', 'settings: { MUSTER_MODE: development }', 'MUSTER_MODE'],
    ['a master key that is none', 'secrets: { values: { master-key: changeme } }', 'master-key'],
    ['no secrets at all', 'secrets: { existingSecret: "" }', 'secrets.values.answer-store-url is missing'],
  ])('refuses %s', (what, text, named) => {
    const file = join(mkdtempSync(join(tmpdir(), 'muster-values-')), 'values.yaml');
    writeFileSync(file, text);
    const base = what === 'nothing said' ? [] : ['-f', values('existing-secret')];
    expect(() => render(...base, '-f', file)).toThrow(named);
  });
});

describeWithProgram('kubernetes-validate', "Kubernetes' own schemas", () => {
  describeWithProgram('helm', 'for what the chart makes', () => {
    it.each(examples.flatMap((name) => [[name, '1.27'] as const, [name, '1.35'] as const]))(
      '%s is valid on %s',
      (name, version) => {
        const file = join(mkdtempSync(join(tmpdir(), 'muster-chart-')), 'resources.yaml');
        writeFileSync(
          file,
          run('helm', ['template', 'muster', chart, ...VERSION, '-f', values(name)]).output,
        );
        const { status } = run('kubernetes-validate', ['--strict', '-k', version, file]);
        expect(status).toBe(0);
      },
    );
  });
});
