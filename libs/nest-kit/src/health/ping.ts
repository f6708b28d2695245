import { type RequestDefinition, request, type ServiceName } from '@muster/contracts';
import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { Answers } from '../requests/answers.ts';

/** Asks a service whether it answers. */
export const pingOf = (service: ServiceName): RequestDefinition<Record<string, never>, void> =>
  request(`${service}.ping`);

/** Answers that the service of this process is there. */
@Module({})
export class PingModule {
  static register(service: ServiceName): DynamicModule {
    return { module: PingModule, controllers: [responderOf(service)] };
  }
}

/** A class for each service: what a method answers to is fixed when its class is made. */
const responderOf = (service: ServiceName) => {
  @Controller()
  class PingResponder {
    @Answers(pingOf(service))
    async ping(): Promise<void> {}
  }
  return PingResponder;
};
