import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

const LONGEST_STREAM_NAME = 200;
const HUNDRED_YEARS = 36_500;

export class DryRunBody {
  @IsOptional() @IsBoolean() dry_run = false;
}

export class VerifyBody {
  @IsOptional() @IsInt() @Min(1) as_of?: number;
}

export class ReleaseBody {
  @IsString() @MaxLength(LONGEST_STREAM_NAME) stream: string;
}

export class AgeBody extends DryRunBody {
  /** The library knows the shortest time; less than a week is a slip of the finger. */
  @IsInt() @Min(7) @Max(HUNDRED_YEARS) older_than_days: number;
}
