import { IsInt, IsOptional } from 'class-validator';

/** The whole policy: what is absent or null is not demanded (R14). Ranges are the domain's. */
export class SessionPolicyBody {
  @IsOptional()
  @IsInt()
  maximum_duration_minutes?: number | null;

  @IsOptional()
  @IsInt()
  idle_timeout_minutes?: number | null;

  @IsOptional()
  @IsInt()
  reauthentication_interval_minutes?: number | null;
}
