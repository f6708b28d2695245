import { routes, wireErrors } from '@muster/contracts';
import { type Muster, startMuster } from '@muster/testkit';

type Operation = {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
};
type Reference = {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, { readonly properties: object }> };
};

describe('the API reference', () => {
  let muster: Muster;
  beforeAll(async () => {
    muster = await startMuster({ seed: 'none' });
  }, 60_000);
  afterAll(() => muster?.stop());

  it('has every route of the route table and no other', async () => {
    const { paths } = (await (await fetch(`${muster.url}/openapi.json`)).json()) as Reference;
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const declared = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z_]+)/g, '{$1}')}`);
    expect(described.toSorted()).toEqual(declared.toSorted());
  });

  it('says which calls take an Idempotency-Key: every POST, and nothing else', async () => {
    const { paths } = (await (await fetch(`${muster.url}/openapi.json`)).json()) as Reference;
    const taking = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { parameters = [] }]) => parameters.some(({ name }) => name === 'Idempotency-Key'))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    const posts = routes.filter(({ method }) => method === 'POST');
    expect(taking.toSorted()).toEqual(
      posts.map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z_]+)/g, '{$1}')}`).toSorted(),
    );
  });

  it('describes bodies by the rules they are checked with', async () => {
    const { paths, components } = (await (await fetch(`${muster.url}/openapi.json`)).json()) as Reference;
    const body = paths['/v1/b2b/organizations']?.['post']?.requestBody?.content['application/json'];
    const name = JSON.stringify(body?.schema).match(/schemas\/(\w+)/)?.[1] ?? 'no schema';
    expect(Object.keys(components.schemas[name]?.properties ?? {})).toContain('email_jit_provisioning');
  });

  it('explains every error under the address that errors name', async () => {
    const page = await (await fetch(`${muster.url}/docs/errors`)).text();
    for (const type of Object.keys(wireErrors)) expect(page).toContain(`id="${type}"`);
  });

  it('needs nothing from elsewhere', async () => {
    const page = await (await fetch(`${muster.url}/docs`)).text();
    expect(page).not.toMatch(/https?:\/\//);
    for (const [, source] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const answer = await fetch(`${muster.url}${source}`);
      expect([answer.status, (await answer.text()).length > 50]).toEqual([200, true]);
    }
  });
});
