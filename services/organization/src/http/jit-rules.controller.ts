import type { WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { Caller, CallerContext, strictBody } from '@muster/nest-kit';
import { Body, Controller, Get, Headers, Param, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { assertMayAssign } from '../application/member-grants.ts';
import { OrganizationService } from '../application/organization.service.ts';
import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { toWireJitRules } from '../read-models/organizations/organization.wire.ts';
import type { OrganizationDocument } from '../read-models/organizations/organizations.projection.ts';
import { defaultsFrom, ruleFrom } from './jit-rules.body.ts';
import { ReplaceJitRulesBody } from './jit-rules.dto.ts';
import { OrganizationTarget } from './organization-target.ts';

/** The ordered rule list in its full form (R31). */
@Controller('/v1/b2b/organizations/:organization_id/jit_rules')
export class JitRulesController {
  constructor(
    private readonly service: OrganizationService,
    private readonly lookup: OrganizationLookup,
    private readonly target: OrganizationTarget,
  ) {}

  @Get()
  async get(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const organizationId = await this.target.of(caller, reference);
    return answer(await this.lookup.find(organizationId), reply);
  }

  @Put()
  async replace(
    @Caller() caller: CallerContext,
    @Param('organization_id') reference: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(strictBody(ReplaceJitRulesBody)) body: ReplaceJitRulesBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const organizationId = await this.target.of(caller, reference);
    // All roles of the list, not only new ones: what a rule gives depends on its place among the others.
    const roles = body.rules.flatMap((rule) => rule.roles ?? []);
    assertMayAssign(caller.member, { before: [], after: roles });
    const list = {
      rules: body.rules.map(ruleFrom),
      defaults: defaultsFrom(body.defaults),
      expectedVersion: versionIn(ifMatch),
    };
    const command = caller.command('replace_jit_rules', { organizationId, asked: body });
    await this.service.replaceJitRules(organizationId, list, command);
    return answer(await this.lookup.find(organizationId), reply);
  }
}

const answer = (organization: OrganizationDocument, reply: FastifyReply) => {
  void reply.header('etag', `"${organization.jitRulesVersion}"`);
  return toWireJitRules(organization);
};

/** The version a caller insists on (RFC 9110 §13.1.1): `"7"`; `*` or no header: any. */
const versionIn = (ifMatch: string | undefined): number | null => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const version = /^"(\d{1,15})"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw new DomainError<WireErrorType>('bad_request', { pointer: 'If-Match' });
  return Number(version);
};
