import {
  dataSchema,
  dataSchemaUrl,
  publicEventDefinition,
  type PublicEventType,
  publicEventTypes,
  type WireErrorType,
} from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PUBLIC_URL } from './tokens.ts';

const types = Object.keys(publicEventTypes) as readonly PublicEventType[];

/** What the data of each type of event looks like: where `dataschema` leads. Open, for it is the same everywhere. */
@Controller('/v1/events/schemas')
export class EventSchemasController {
  constructor(@Inject(PUBLIC_URL) private readonly publicUrl: string) {}

  @Get()
  list() {
    return {
      types: types.map((type) => ({
        type,
        description: publicEventDefinition(type)!.doc,
        dataschema: dataSchemaUrl(this.publicUrl, type),
      })),
    };
  }

  @Get(':type')
  schema(@Param('type') type: string, @Res({ passthrough: true }) reply: FastifyReply) {
    if (!publicEventDefinition(type)) throw new DomainError<WireErrorType>('event_type_not_found');
    void reply.header('content-type', 'application/schema+json; charset=utf-8');
    return dataSchema(this.publicUrl, type as PublicEventType);
  }
}
