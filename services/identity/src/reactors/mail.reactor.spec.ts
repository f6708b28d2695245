import { InMemoryReadStore, Lease, type Ownership } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { until } from '@muster/testkit';
import { type Mail, type Mailer, MailRefused } from '../application/ports.ts';
import { acme, ada, projectId } from '../testing/facts.ts';
import { type Durable, identityRig, type IdentityRig, requestContext } from '../testing/identity-rig.ts';
import { loginRequest } from '../testing/requests.ts';

const rigs: IdentityRig[] = [];
const start = (kept?: Durable, mailer?: Mailer, ownership?: Ownership): IdentityRig => {
  const rig = identityRig(kept, mailer, ownership);
  rigs.push(rig);
  return rig;
};
afterEach(() => Promise.all(rigs.splice(0).map((rig) => rig.stop())));

const request = (rig: IdentityRig, emailAddress?: string) =>
  rig.loginMail.sendLink(loginRequest(emailAddress), rig.command(), requestContext);
const done = async (rig: IdentityRig) =>
  (await rig.log.readAll(0, 1_000))
    .filter(({ type }) => type === 'effect.EffectDone')
    .map(({ data }) => data.outcome);
const running = (rig: IdentityRig) => {
  rig.view.start();
  rig.reactor.start();
};
/** A mailer that keeps what it is given and does as told. */
const mailerThat = (send: (mail: Mail, attempt: number) => Promise<void>) => {
  const mails: Mail[] = [];
  return {
    mails,
    send: (mail: Mail) => send(mail, mails.push(mail)),
    close: async () => {},
  };
};

describe('mail as an effect', () => {
  it('is sent apart from the request, soon after it', async () => {
    const rig = start();
    running(rig);
    const before = performance.now();
    await request(rig);
    await until('the mail', async () => rig.mailbox.newestFirst()[0]);
    expect(performance.now() - before).toBeLessThan(1_000);
    await until('EffectDone', async () => (await done(rig))[0]);
    expect(await done(rig)).toEqual(['sent']);
  });

  it('E25: a crash between sending and EffectDone sends it again under the same Message-ID: one mail', async () => {
    let crash: (error: Error) => void = () => {};
    const sentAndGone = mailerThat(async (mail) => {
      await first.mailbox.send(mail);
      await new Promise((_, reject) => (crash = reject));
    });
    const first: IdentityRig = start(undefined, sentAndGone);
    await request(first);
    running(first);
    await until('the mail', async () => sentAndGone.mails[0]);
    crash(new Error('the process is gone'));
    await first.stop();
    expect(await done(first)).toEqual([]);

    const again = mailerThat((mail) => first.mailbox.send(mail));
    const second = start(first.kept, again);
    running(second);
    await until('EffectDone', async () => (await done(second))[0]);
    expect(again.mails).toEqual(sentAndGone.mails);
    expect(again.mails[0]!.messageId).toBe(`<${first.log.logId}.2@muster.test>`);
    expect(second.mailbox.newestFirst()).toHaveLength(1);
  });

  it('E25: what was done is never sent again: not after a restart, not with the view wiped', async () => {
    const first = start();
    for (let sent = 0; sent < 3; sent++) await request(first);
    await first.deliver();
    expect(await done(first)).toEqual(['sent', 'sent', 'sent']);
    const again = mailerThat(async () => {});
    // A new rig has an empty read store: its outbox is built from the log.
    const second = start(first.kept, again);
    await second.deliver();
    expect(again.mails).toEqual([]);
    expect(await done(second)).toHaveLength(3);
  });

  it('E25: a view that is behind repeats nothing: the effect’s own stream is asked', async () => {
    const first = start();
    await request(first);
    first.view.start();
    const [stale] = await first.view.find({ where: [], limit: 1 });
    await first.deliver();
    const again = mailerThat(async () => {});
    const second = start(first.kept, again);
    second.view.find = async () => [stale!];
    await second.reactor.sendOpen();
    expect(again.mails).toEqual([]);
  });

  it('two workers at once finish an effect once', async () => {
    const first = start();
    const second = start(first.kept);
    await request(first);
    await Promise.all([first.deliver(), second.deliver()]);
    expect(await done(first)).toEqual(['sent']);
    expect(first.mailbox.newestFirst()).toHaveLength(1);
  });

  it('waits for a mail server that is away, and tries again', async () => {
    const away = mailerThat(async (_, attempt) => {
      if (attempt < 4) throw new UnavailableError('mail');
    });
    const rig = start(undefined, away);
    await request(rig);
    running(rig);
    await until('EffectDone', async () => (await done(rig))[0]);
    expect(away.mails).toHaveLength(4);
    expect(new Set(away.mails.map(({ messageId }) => messageId)).size).toBe(1);
    expect(rig.failed).toHaveLength(3);
  });

  it('one mail that cannot be sent holds up no other', async () => {
    const picky = mailerThat(async ({ to }) => {
      if (to === 'ada@acme.test') throw new UnavailableError('mail');
    });
    const rig = start(undefined, picky);
    await request(rig);
    await rig.discoveryMail.sendCode({ emailAddress: 'bob@acme.test', minutes: undefined }, rig.command());
    await rig.deliver();
    expect(await done(rig)).toEqual(['sent']);
  });

  it('is given up where the mail server will never take it', async () => {
    const strict = mailerThat(() => Promise.reject(new MailRefused(550)));
    const rig = start(undefined, strict);
    await request(rig);
    await rig.deliver();
    expect(await done(rig)).toEqual(['refused']);
    expect(rig.failed).toEqual([]);
  });

  it('is not sent when its link has ended', async () => {
    const rig = start();
    await request(rig);
    rig.setClock('2026-11-23T10:00:00.000Z');
    await rig.deliver();
    expect(await done(rig)).toEqual(['expired']);
    expect(rig.mailbox.newestFirst()).toEqual([]);
  });

  it('R54: is not sent to whom was erased', async () => {
    const rig = start();
    await request(rig);
    await rig.keys.destroy(`${projectId}/${acme}/${ada}`);
    await rig.deliver();
    expect(await done(rig)).toEqual(['erased']);
    expect(rig.mailbox.newestFirst()).toEqual([]);
  });

  it('more than a page of mails that wait hides no new one', async () => {
    let open = false;
    const opening = mailerThat(async () => {
      if (!open) throw new UnavailableError('mail');
    });
    const rig = start(undefined, opening);
    const send = () =>
      rig.discoveryMail.sendCode({ emailAddress: 'bob@acme.test', minutes: undefined }, rig.command());
    for (let sent = 0; sent < 130; sent++) await send();
    await rig.deliver();
    expect(rig.failed).toHaveLength(130);
    open = true;
    running(rig);
    await until('all', async () => ((await done(rig)).length === 130 ? true : undefined));
    expect(new Set(opening.mails.map(({ messageId }) => messageId)).size).toBe(130);
  });

  it('a view that cannot be read is tried again, and a reactor that stops stops at once', async () => {
    const rig = start();
    const find = rig.view.find.bind(rig.view);
    let failing = 3;
    rig.view.find = async (query) => {
      if (failing-- > 0) throw new UnavailableError('view');
      return find(query);
    };
    running(rig);
    await request(rig);
    await until('the mail', async () => rig.mailbox.newestFirst()[0]);
    expect(rig.failed).toEqual(['outbox', 'outbox', 'outbox']);
  });
});

describe('mail that several processes could send', () => {
  /** Two of them with one lease, which moves only when a test has them look. */
  const two = (mailer: Mailer) => {
    let passed = 0;
    const store = new InMemoryReadStore();
    const lease = (holder: string) => new Lease({ name: 'identity', holder, store, now: () => passed });
    const [ours, theirs] = [lease('ours'), lease('theirs')];
    const first = start(undefined, mailer, ours);
    const second = start(first.kept, mailer, theirs);
    running(first);
    running(second);
    return { first, second, ours, theirs, pass: (milliseconds: number) => (passed += milliseconds) };
  };
  const outcomes = (rig: IdentityRig, count: number) =>
    until(`${count} EffectDone`, async () => {
      const all = await done(rig);
      return all.length === count ? all : undefined;
    });

  it('E25: is handed over once, by who holds the lease', async () => {
    const counting = mailerThat(async () => {});
    const { first, second, ours, theirs } = two(counting);
    await ours.look();
    await theirs.look();
    for (let n = 0; n < 30; n++) await request(n % 2 ? first : second);
    await outcomes(first, 30);
    expect(counting.mails).toHaveLength(30);
  });

  it('is handed over by nobody while nobody holds it, and by who takes it, at once', async () => {
    const counting = mailerThat(async () => {});
    const { first, theirs } = two(counting);
    await request(first);
    await first.reactor.sendOpen();
    expect(counting.mails).toEqual([]);
    await theirs.look();
    expect(await outcomes(first, 1)).toEqual(['sent']);
  });

  it('E25: goes on with another process, and repeats nothing but what was being handed over', async () => {
    let takes = true;
    const stuck = mailerThat(async () => {
      // The process that sends stands still in the middle of this.
      if (takes) await new Promise((_, reject) => (giveUp = reject));
    });
    let giveUp: (error: Error) => void = () => {};
    const { first, ours, theirs, pass } = two(stuck);
    await ours.look();
    await theirs.look();
    await request(first);
    await until('the hand-over', async () => stuck.mails[0]);
    await request(first);
    takes = false;
    pass(6_000);
    await theirs.look();
    expect(await outcomes(first, 2)).toEqual(['sent', 'sent']);
    giveUp(new Error('the process stood still'));
    await first.reactor.sendOpen();
    const ids = stuck.mails.map(({ messageId }) => messageId);
    expect(ids).toHaveLength(3);
    expect(ids.slice(1)).toContain(ids[0]);
    expect(new Set(ids).size).toBe(2);
  });

  it('is not handed over any more by who has lost the lease between two mails', async () => {
    const counting = mailerThat(async () => void pass(4_000));
    const { first, ours, pass } = two(counting);
    for (let n = 0; n < 20; n++) await request(first);
    await ours.look();
    await until('the first mails', async () => counting.mails[0]);
    await first.reactor.sendOpen();
    // Others of the same go were about to be handed over.
    expect(counting.mails).toHaveLength(1);
    expect(ours.isHeld).toBe(false);
  });
});

describe('a notice', () => {
  it('is sent once per command, with the organization’s words', async () => {
    const rig = start();
    const notice = {
      commandId: 'notice-1',
      template: 'organization_ownerless',
      organizationId: acme,
      memberId: ada,
      address: 'ada@acme.test',
      values: { organization: 'Acme' },
    } as const;
    await rig.notifications.notify(notice, rig.command('notice-1'));
    await rig.notifications.notify(notice, rig.command('notice-1'));
    await rig.deliver();
    expect(rig.mailbox.newestFirst()).toMatchObject([
      { to: 'ada@acme.test', subject: 'Acme has no steward any more', links: [], codes: [] },
    ]);
  });
});
