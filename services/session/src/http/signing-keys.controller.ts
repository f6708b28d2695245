import { Caller, type CallerContext, strictBody } from '@muster/nest-kit';
import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { IsBoolean, IsOptional } from 'class-validator';
import { SigningKeyRotation } from '../application/signing-key-rotation.ts';
import { type ToCall } from './call.ts';
import { TO_CALL } from './tokens.ts';

export class RotateSigningKeyBody {
  /** Somebody else may have the keys: no JWT of theirs is believed from now on. */
  @IsOptional()
  @IsBoolean()
  compromised?: boolean;
}

/** For operators: which keys sign session JWTs, and their change. Never the keys themselves. */
@Controller('/v1/signing_keys')
export class SigningKeysController {
  constructor(
    private readonly rotation: SigningKeyRotation,
    @Inject(TO_CALL) private readonly toCall: ToCall,
  ) {}

  @Get()
  list() {
    return this.rotation.list();
  }

  @Post('rotate')
  async rotate(
    @Caller() caller: CallerContext,
    @Body(strictBody(RotateSigningKeyBody)) body: RotateSigningKeyBody,
  ) {
    const { command } = this.toCall(caller, 'RotateSigningKey', body);
    if (body.compromised) await this.rotation.replaceCompromised(command);
    else await this.rotation.rotate(command);
    return this.rotation.list();
  }
}
