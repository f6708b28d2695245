import { Backend, granted } from './backend.ts';

describe('mail', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await Backend.start();
  }, 60_000);
  afterAll(() => backend?.stop());

  it('goes to the mailbox where no SMTP server is configured, once each, newest first', async () => {
    const { organization_id } = await backend.organization();
    const person = backend.person('reader@mail.example');
    await backend.member(organization_id, person.address);
    granted(await person.askForLink(organization_id));
    await backend.muster.mailbox.latest(person.address);
    granted(await person.askForCode(organization_id));
    await backend.muster.mailbox.latest(person.address);
    const mails = await backend.muster.mailbox.messages(person.address);
    expect(mails).toHaveLength(2);
    const [withCode, withLink] = mails;
    expect(withCode!.codes).toEqual([expect.stringMatching(/^[0-9]{6}$/)]);
    expect(withLink!.links[0]).toMatch(/^http:\/\/localhost:3000\/authenticate\?/);
    expect(new URL(withLink!.links[0]!).searchParams.get('stytch_token_type')).toBe(
      'multi_tenant_magic_links',
    );
    expect(mails.map(({ to }) => to)).toEqual([person.address, person.address]);
    await expect(backend.muster.mailbox.messages('nobody@mail.example')).resolves.toEqual([]);
  });

  it('E25: a restart sends nothing again', async () => {
    const { organization_id } = await backend.organization();
    const person = backend.person('once@mail.example');
    await backend.member(organization_id, person.address);
    granted(await person.askForLink(organization_id));
    const mail = await backend.muster.mailbox.latest(person.address);
    await backend.muster.restart();
    granted(await person.askForCode(organization_id));
    await backend.muster.mailbox.code(person.address);
    const links = (await backend.muster.mailbox.messages(person.address)).filter(
      ({ links }) => links.length > 0,
    );
    expect(links.map(({ id }) => id).filter((id) => id !== mail.id)).toEqual([]);
  }, 60_000);

  it('a person with the page of the mailbox sees it, with nothing of a mail run as script', async () => {
    const page = await fetch(`${backend.muster.url}/dev/mailbox`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
