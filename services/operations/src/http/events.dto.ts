import { IsOptional, IsString, Matches } from 'class-validator';

const WHOLE_NUMBER = /^(0|[1-9]\d{0,14})$/;

/** Where to go on in the feed, and what of it is wanted. Everything in a query string is text. */
export class EventsQuery {
  @IsOptional()
  @Matches(WHOLE_NUMBER, { message: 'must be a position: 0, or that of an event' })
  after?: string;

  @IsOptional()
  @IsString()
  types?: string;

  @IsOptional()
  @IsString()
  organization?: string;

  @IsOptional()
  @Matches(WHOLE_NUMBER, { message: 'must be a whole number from 1 to 1000' })
  limit?: string;

  @IsOptional()
  @Matches(WHOLE_NUMBER, { message: 'must be a whole number of seconds from 0 to 30' })
  wait?: string;
}
