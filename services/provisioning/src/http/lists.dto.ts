import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { AdmissionOutcome } from '../read-models/admissions/admissions.projection.ts';
import type { JoinRequestStatus } from '../read-models/join-requests/join-requests.projection.ts';

const TEXT = 512;

class ListQuery {
  @IsOptional() @IsString() @MaxLength(TEXT) cursor?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) limit = 100;
}

export class ListAdmissionsQuery extends ListQuery {
  @IsOptional() @IsIn(['admitted', 'join_requested', 'refused']) outcome?: AdmissionOutcome;
  @IsOptional() @IsString() @MaxLength(TEXT) rule_id?: string;
}

export class ListJoinRequestsQuery extends ListQuery {
  @IsOptional() @IsIn(['pending', 'approved', 'denied']) status?: JoinRequestStatus;
}
