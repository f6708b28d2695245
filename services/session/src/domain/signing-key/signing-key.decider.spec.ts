import { erased } from '@muster/eventsourcing';
import { specFor } from '@muster/eventsourcing/testing';
import { type SigningKeyCommand, signingKeyDecider } from './signing-key.decider.ts';
import type { SigningKeyEvent } from './signing-key.events.ts';

const given = specFor(signingKeyDecider);

const key = { keyId: 'key-1', publicJwk: { kty: 'RSA', n: 'n-1' }, privateJwk: { kty: 'RSA', d: 'd-1' } };
const at = '2026-11-23T09:00:00.000Z';
const created: SigningKeyEvent = { type: 'SigningKeyCreated', data: { ...key, createdAt: at } };
const createFirst: SigningKeyCommand = { type: 'CreateFirstSigningKey', data: key, at };

describe('the keys of a project', () => {
  it('begin with a first one', () => given().when(createFirst).then(created));

  it('have one first key, however many processes start at once', () =>
    given(created)
      .when({ ...createFirst, data: { ...key, keyId: 'key-2' } })
      .thenNothing());

  it('still verify where the private half was destroyed', () =>
    expect(
      signingKeyDecider.evolve([], { ...created, data: { ...created.data, privateJwk: erased } }),
    ).toEqual([{ keyId: 'key-1', publicJwk: { kty: 'RSA', n: 'n-1' }, privateJwk: undefined }]));
});
