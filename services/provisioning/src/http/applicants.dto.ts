import { IsString, MaxLength } from 'class-validator';

export class EraseApplicantBody {
  @IsString() @MaxLength(512) email_address: string;
}
