import { type RequestContext, type RequestDefinition, request, type Requester } from '@muster/contracts';
import { DomainError, UnavailableError } from '@muster/kernel';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { inRequestScope, reachedPosition } from '../request-scope.ts';
import { Answers } from '../requests/answers.ts';

type Parcel = {
  readonly label?: string;
  readonly sentAt?: Date | string;
  readonly tags?: readonly unknown[];
};

/** Questions to a service that exists for this contract only. */
const post = {
  echo: request<Parcel, Parcel>('post.echo'),
  weigh: request<Parcel, number>('post.weigh'),
  forget: request<Parcel, void>('post.forget'),
  refuse: request<Parcel, never>('post.refuse'),
  stumble: request<Parcel, never>('post.stumble'),
  wait: request<Parcel, never>('post.wait'),
  write: request<{ readonly position: number }, string>('post.write'),
  writeInVain: request<{ readonly position: number }, never>('post.write_in_vain'),
  context: request<Parcel, RequestContext>('post.context'),
  nobody: request<Parcel, string>('post.nobody'),
};

@Controller()
class PostOffice {
  @Answers(post.echo)
  async echo(parcel: Parcel): Promise<Parcel> {
    return parcel;
  }

  @Answers(post.weigh)
  async weigh({ label }: Parcel): Promise<number> {
    return label!.length;
  }

  @Answers(post.forget)
  async forget(): Promise<void> {}

  @Answers(post.refuse)
  async refuse(): Promise<never> {
    throw new DomainError('parcel_too_heavy', { limit: 20, unit: 'kg' }, { cause: new Error('secret') });
  }

  @Answers(post.stumble)
  async stumble(): Promise<never> {
    throw new Error('secret');
  }

  @Answers(post.wait)
  async wait(): Promise<never> {
    throw new UnavailableError('scales');
  }

  @Answers(post.write)
  async write({ position }: { readonly position: number }): Promise<string> {
    reachedPosition(position);
    return 'written';
  }

  @Answers(post.writeInVain)
  async writeInVain({ position }: { readonly position: number }): Promise<never> {
    reachedPosition(position);
    throw new DomainError('parcel_lost');
  }

  @Answers(post.context)
  async context(_: Parcel, context: RequestContext): Promise<RequestContext> {
    return context;
  }
}

@Module({ controllers: [PostOffice] })
class PostModule {}

const context: RequestContext = {
  projectId: 'project-test-0193a5e0-0000-7000-8000-000000000001',
  actor: 'system:contract',
  requestId: 'request-1',
  correlationId: 'correlation-1',
  causationId: 'causation-1',
};

/** A transport to be proven. `server` gives the strategy that a service named so listens with. */
export type RequesterUnderTest = {
  readonly requester: Requester;
  server(service: string): CustomTransportStrategy;
  close(): Promise<void>;
};

/** Starts a service that answers over a strategy; for the contract, and for what one transport has to prove alone. */
export const startPostOffice = async (strategy: CustomTransportStrategy): Promise<INestMicroservice> => {
  const service = await NestFactory.createMicroservice(PostModule, { strategy, logger: false });
  await service.listen();
  return service;
};

/** The question that `startPostOffice` gives back as it was, and the context it is asked in. */
export const postEcho = post.echo;
export const postContext = context;

/** What every way to ask another service keeps to. */
export const requesterContract = (name: string, open: () => Promise<RequesterUnderTest>): void => {
  describe(`${name}: asking another service`, () => {
    let under: RequesterUnderTest;
    let service: INestMicroservice;
    const ask = <Payload, Reply>(definition: RequestDefinition<Payload, Reply>, payload: Payload) =>
      under.requester.ask(definition, payload, context);

    beforeAll(async () => {
      under = await open();
      service = await startPostOffice(under.server('post'));
    });
    afterAll(async () => {
      await service.close();
      await under.close();
    });

    it('gives the reply', async () => {
      expect(await ask(post.weigh, { label: 'A7' })).toBe(2);
      expect(await ask(post.forget, {})).toBeUndefined();
    });

    it('E10: hands the context on', async () => {
      expect(await ask(post.context, {})).toEqual(context);
    });

    it('copies as JSON does, there and back', async () => {
      const tags = [undefined, Number.NaN, 'Größe €'];
      const sent = { sentAt: new Date('2026-11-23T09:30:00.000Z'), label: undefined, tags };
      const reply = await ask(post.echo, sent);
      expect(reply).toStrictEqual({ sentAt: '2026-11-23T09:30:00.000Z', tags: [null, null, 'Größe €'] });
    });

    it('throws the broken rule with its code and details, and nothing of its cause', async () => {
      const error = await ask(post.refuse, {}).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DomainError);
      expect(error).toMatchObject({ code: 'parcel_too_heavy', details: { limit: 20, unit: 'kg' } });
      expect((error as Error).cause).toBeUndefined();
    });

    it('says what the other service could not reach', async () => {
      const error = await ask(post.wait, {}).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ dependency: 'scales' });
    });

    it.each([
      ['fails', post.stumble],
      ['does not know the question', post.nobody],
      ['is not there', request<Parcel, never>('nowhere.ask')],
    ])('is an UnavailableError of that service where it %s', async (_, definition) => {
      const error = await ask<Parcel, unknown>(definition, {}).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ dependency: definition.subject.split('.')[0] });
      expect(String(error)).not.toContain('secret');
    });

    it('R53: tells the asker how far the other service wrote, also where it then said no', async () => {
      const written = await inRequestScope(context, () => ask(post.write, { position: 42 }));
      expect(written.scope.position).toBe(42);
      const inVain = await inRequestScope(context, () =>
        ask<{ readonly position: number }, unknown>(post.writeInVain, { position: 43 }).catch(
          () => 'refused',
        ),
      );
      expect(inVain).toMatchObject({ result: 'refused', scope: { position: 43 } });
    });

    it('keeps answers apart that are under way together', async () => {
      const labels = Array.from({ length: 200 }, (_, number) => `parcel ${number}`);
      const replies = await Promise.all(labels.map((label) => ask(post.echo, { label })));
      expect(replies.map(({ label }) => label)).toEqual(labels);
    });

    it('is an UnavailableError once the other service has ended', async () => {
      const other = await open();
      const ended = await startPostOffice(other.server('post'));
      expect(await other.requester.ask(post.weigh, { label: 'A7' }, context)).toBe(2);
      await ended.close();
      await expect(other.requester.ask(post.weigh, { label: 'A7' }, context)).rejects.toMatchObject({
        dependency: 'post',
      });
      await other.close();
    });
  });
};
