import { randomUUID } from 'node:crypto';
import { UnavailableError } from '@muster/kernel';
import { Answers } from '@muster/nest-kit';
import { postContext, postEcho, requesterContract, startPostOffice } from '@muster/nest-kit/testing';
import { request } from '@muster/contracts';
import { type AnyNats, describeWithNats, NatsServer, startNats, until } from '@muster/testkit';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NatsLink } from '../nats-link.ts';
import { NatsRequestServer } from './nats-request.server.ts';
import { NatsRequester } from './nats.requester.ts';

const newProject = () => `project-test-${randomUUID()}`;
const deadlineMilliseconds = () => 500;

const opened = async (url: string, projectId = newProject()) => {
  const link = await NatsLink.open({ url });
  return {
    link,
    requester: new NatsRequester({ link, projectId, deadlineMilliseconds }),
    server: (service: string) => new NatsRequestServer({ link, projectId, service }),
    close: () => link.close(),
  };
};

const slow = request<{ readonly milliseconds: number }, string>('post.slow');

/** Answers when it is let go. */
const slowOffice = () => {
  const state = { asked: 0, answer: (): void => {} };
  const gate = new Promise<void>((resolve) => (state.answer = resolve));
  @Controller()
  class SlowOffice {
    @Answers(slow)
    async slow(): Promise<string> {
      state.asked++;
      await gate;
      return 'at last';
    }
  }
  @Module({ controllers: [SlowOffice] })
  class SlowModule {}
  return { state, module: SlowModule };
};

describeWithNats('NATS', 'any', () => {
  let nats: AnyNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());

  requesterContract('NatsRequester', () => opened(nats.url));

  it('shares the questions among replicas: each is answered by one', async () => {
    const projectId = newProject();
    const [one, two] = [await opened(nats.url, projectId), await opened(nats.url, projectId)];
    const services = [await startPostOffice(one.server('post')), await startPostOffice(two.server('post'))];
    const before = [one, two].map(({ link }) => link.connection!.stats().inMsgs);
    const asker = await opened(nats.url, projectId);
    await Promise.all(Array.from({ length: 100 }, () => asker.requester.ask(postEcho, {}, postContext)));
    const taken = [one, two].map(({ link }, at) => link.connection!.stats().inMsgs - before[at]!);
    expect(taken[0]! + taken[1]!).toBe(100);
    expect(Math.min(...taken)).toBeGreaterThan(0);
    for (const service of services) await service.close();
    for (const side of [one, two, asker]) await side.close();
  });

  it('does not answer for another project on the same server', async () => {
    const [one, other] = [await opened(nats.url), await opened(nats.url)];
    const service = await startPostOffice(one.server('post'));
    await expect(other.requester.ask(postEcho, {}, postContext)).rejects.toBeInstanceOf(UnavailableError);
    await service.close();
    await one.close();
    await other.close();
  });

  it('does not wait for an answer beyond the deadline', async () => {
    const under = await opened(nats.url);
    const { state, module } = slowOffice();
    const service = await NestFactory.createMicroservice(module, {
      strategy: under.server('post'),
      logger: false,
    });
    await service.listen();
    const began = performance.now();
    await expect(under.requester.ask(slow, { milliseconds: 1 }, postContext)).rejects.toMatchObject({
      dependency: 'post',
    });
    expect(performance.now() - began).toBeLessThan(2_000);
    state.answer();
    await service.close();
    await under.close();
  });

  it('drains: what was asked before the end is answered, what comes later finds nobody', async () => {
    const projectId = newProject();
    const under = await opened(nats.url, projectId);
    const asker = await opened(nats.url, projectId);
    const requester = new NatsRequester({ link: asker.link, projectId });
    const { state, module } = slowOffice();
    const service = await NestFactory.createMicroservice(module, {
      strategy: under.server('post'),
      logger: false,
    });
    await service.listen();
    const answers = [1, 2, 3].map(() => requester.ask(slow, { milliseconds: 1 }, postContext));
    await until('three questions under way', async () => (state.asked === 3 ? true : undefined));
    const closing = service.close();
    await until('nobody to listen', () =>
      asker.requester.ask(slow, { milliseconds: 1 }, postContext).then(
        () => undefined,
        (error: UnavailableError) => (String(error.cause).includes('responders') ? true : undefined),
      ),
    );
    state.answer();
    expect(await Promise.all(answers)).toEqual(['at last', 'at last', 'at last']);
    await closing;
    await under.close();
    await asker.close();
  });
});

describeWithNats('a NATS server that fails', 'own', () => {
  it('a process starts without it, is told so at once, and is heard once it is there', async () => {
    const nats = await NatsServer.start();
    await nats.kill();
    const under = await opened(nats.url);
    const service = await startPostOffice(under.server('post'));
    expect(under.link.problem).toMatch(/ECONNREFUSED|refused/i);
    const began = performance.now();
    await expect(under.requester.ask(postEcho, {}, postContext)).rejects.toBeInstanceOf(UnavailableError);
    expect(performance.now() - began).toBeLessThan(250);
    await nats.restart();
    const echoed = await until('an answer', () =>
      under.requester.ask(postEcho, { label: 'A7' }, postContext).catch(() => undefined),
    );
    expect(echoed).toEqual({ label: 'A7' });
    await service.close();
    await under.close();
    await nats.stop();
  });

  it('killed and restarted under load, it costs failed questions and never a hung one', async () => {
    const nats = await NatsServer.start();
    const under = await opened(nats.url);
    const service = await startPostOffice(under.server('post'));
    const outcomes: string[] = [];
    let going = true;
    const askers = Array.from({ length: 8 }, async () => {
      while (going) {
        const began = performance.now();
        const outcome = await under.requester.ask(postEcho, {}, postContext).then(
          () => 'answered',
          (error: unknown) => (error instanceof UnavailableError ? 'unavailable' : String(error)),
        );
        outcomes.push(performance.now() - began > 2_000 ? 'hung' : outcome);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const answers = () => outcomes.filter((outcome) => outcome === 'answered').length;
    await until('answers', async () => (answers() > 100 ? true : undefined));
    await nats.kill('SIGKILL');
    await until('failures', async () => (outcomes.includes('unavailable') ? true : undefined));
    expect(under.link.problem).toBe('connection lost');
    await nats.restart();
    const before = answers();
    await until('answers again', async () => (answers() > before + 100 ? true : undefined));
    expect(under.link.problem).toBeUndefined();
    going = false;
    await Promise.all(askers);
    expect([...new Set(outcomes)].toSorted()).toEqual(['answered', 'unavailable']);
    await service.close();
    await under.close();
    await nats.stop();
  });

  it('hanging, it is an UnavailableError by the deadline', async () => {
    const nats = await NatsServer.start();
    const under = await opened(nats.url);
    const service = await startPostOffice(under.server('post'));
    nats.freeze(true);
    await expect(under.requester.ask(postEcho, {}, postContext)).rejects.toBeInstanceOf(UnavailableError);
    nats.freeze(false);
    await service.close();
    await under.close();
    await nats.stop();
  });

  it('a link that was never connected closes at once', async () => {
    const nats = await NatsServer.start();
    await nats.stop();
    const link = await NatsLink.open({ url: nats.url, patienceMilliseconds: 10 });
    await link.close();
    expect(link.connection).toBeUndefined();
    expect(await link.firstConnection()).toBeUndefined();
  });
});
