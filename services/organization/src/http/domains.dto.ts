import { IsString } from 'class-validator';

export class ListDomainBody {
  @IsString()
  domain: string;
}

export class ReclaimBody {
  @IsString()
  domain: string;

  @IsString()
  member_id: string;
}
