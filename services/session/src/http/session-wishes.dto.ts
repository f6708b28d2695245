import type { JsonObject } from '@muster/kernel';
import { IsNumber, IsObject, IsOptional, IsString } from 'class-validator';
import type { SessionWishes } from '../application/session-wishes.ts';

/** What every call takes that can end in a session. */
export class SessionWishesBody {
  /** Whether the number is one a session can have is the application's to say: it has an error of its own. */
  @IsOptional()
  @IsNumber()
  session_duration_minutes?: number;

  @IsOptional()
  @IsObject()
  session_custom_claims?: JsonObject;

  /** For a code by SMS, which is not sent. */
  @IsOptional()
  @IsString()
  locale?: string;

  /** For a fingerprint, which is not looked up. */
  @IsOptional()
  @IsString()
  telemetry_id?: string;
}

export const wishesOf = (body: SessionWishesBody): SessionWishes => ({
  durationMinutes: body.session_duration_minutes ?? null,
  customClaims: body.session_custom_claims ?? {},
});
