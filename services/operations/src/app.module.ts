import { HttpKitModule, type Platform } from '@muster/nest-kit';
import { type DynamicModule, Module } from '@nestjs/common';

/** What this service works on and does not own: given to it by whoever starts the process. */
export type OperationsParts = Readonly<Record<never, never>>;

/** What operators and subscribers do with the log: follow it, look after it and after what is made of it. */
@Module({})
export class OperationsModule {
  static register(platform: Platform, _parts: OperationsParts): DynamicModule {
    return {
      module: OperationsModule,
      imports: [HttpKitModule.register(platform)],
      controllers: [],
      providers: [],
    };
  }
}
