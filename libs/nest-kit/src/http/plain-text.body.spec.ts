import { plainToInstance } from 'class-transformer';
import { IsBoolean, IsEmail, IsIn, IsOptional, IsString, MaxLength, validateSync } from 'class-validator';
import fc from 'fast-check';
import { plainTextBody } from './plain-text.body.ts';

class BaseBody {
  @IsOptional()
  @IsString()
  locale?: string;
}

class PlantedBody extends BaseBody {
  @IsString()
  token: string;

  @IsOptional()
  @IsString()
  verifier?: string;

  @IsOptional()
  @IsString({ each: true })
  roles?: string[];

  @IsOptional()
  @IsString()
  @MaxLength(3)
  short?: string;

  @IsOptional()
  @IsIn(['a', 'b'])
  choice?: string;

  @IsOptional()
  @IsEmail()
  address?: string;

  @IsOptional()
  @IsBoolean()
  flag?: boolean;

  @IsOptional()
  @IsString()
  usual?: string = 'as ever';
}

const names = ['token', 'verifier', 'locale', 'roles', 'short', 'choice', 'address', 'flag', 'usual', 'odd'];
const value = fc.oneof(fc.string(), fc.constantFrom('a', 'abcd', true, 1, null, ['x'], { $ne: null }));
const bodies = fc.uniqueArray(fc.tuple(fc.constantFrom(...names, '__proto__', 'constructor'), value), {
  selector: ([name]) => name,
});

describe('a body of plain text', () => {
  it('is taken as its class, defaults included', () => {
    const body = plainTextBody(PlantedBody, { token: 't', locale: 'en' });
    expect(body).toBeInstanceOf(PlantedBody);
    expect(body).toEqual({ token: 't', locale: 'en', usual: 'as ever' });
  });

  it.each([
    ['a field that is missing', { locale: 'en' }],
    ['a field that is no text', { token: { $ne: null } }],
    ['a field of which more is asked', { token: 't', short: 'abc' }],
    ['a field whose values have to be text, each', { token: 't', roles: 'admin' }],
    ['a field that nobody knows', { token: 't', odd: 'x' }],
  ])('is left to the validator with %s', (_, given) =>
    expect(plainTextBody(PlantedBody, given)).toBeUndefined(),
  );

  it('attack: whatever is taken here, the validator takes too, and makes the same of it', () =>
    fc.assert(
      fc.property(bodies, (entries) => {
        const given = Object.fromEntries(entries);
        const taken = plainTextBody(PlantedBody, given);
        if (!taken) return;
        const instance = plainToInstance(PlantedBody, given, { exposeDefaultValues: true });
        expect(validateSync(instance, { whitelist: true, forbidNonWhitelisted: true })).toEqual([]);
        expect(taken).toEqual(instance);
      }),
      { numRuns: 2_000 },
    ));
});
