import { type DecodedEvent, type Personal } from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';
import type { OrganizationEvent } from '../../domain/organization/organization.events.ts';
import {
  acme,
  challenged,
  claimed,
  created,
  listed,
  rule,
  verified,
} from '../../../test/organization-facts.ts';
import { toFacts } from './organization.facts.ts';
import { toWire } from './organization.wire.ts';
import { type OrganizationDocument, organizationsProjection } from './organizations.projection.ts';

const projectId = 'project-test-1';

/** The document after these facts, one minute apart. */
const documentAfter = (...history: readonly OrganizationEvent[]): OrganizationDocument | undefined =>
  history.reduce<OrganizationDocument | undefined>((document, event, index) => {
    const decoded = {
      event,
      id: { projectId, organizationId: acme, id: acme },
      metadata: { at: `2026-11-23T09:0${index}:00.000Z` },
    } as unknown as DecodedEvent;
    return organizationsProjection.apply(document, decoded, acme);
  }, undefined);

const deleted: OrganizationEvent = {
  type: 'OrganizationDeleted',
  data: { slug: 'acme', externalId: null, claimedDomains: [] },
};
const metadata = (trustedMetadata: Personal<JsonObject>): OrganizationEvent => ({
  type: 'OrganizationMetadataReplaced',
  data: { trustedMetadata },
});

describe('the organizations view', () => {
  it('tells when an organization came to be and when it last changed', () =>
    expect(documentAfter(created, listed('acme.test'), verified('acme.test'))).toMatchObject({
      organizationId: acme,
      projectId,
      createdAt: '2026-11-23T09:00:00.000Z',
      updatedAt: '2026-11-23T09:02:00.000Z',
    }));

  it('has no document of a deleted one', () => expect(documentAfter(created, deleted)).toBeUndefined());

  it('is found by what searches and discovery ask for', () => {
    const renamed: OrganizationEvent = {
      type: 'OrganizationSlugChanged',
      data: { slug: 'Acme-Ltd', previousSlug: 'acme' },
    };
    const rules: OrganizationEvent = { type: 'JitRulesReplaced', data: { rules: [rule()], version: 2 } };
    const history = [listed('acme.test'), listed('acme.example'), challenged('acme.example')];
    const document = documentAfter(
      created,
      renamed,
      ...history,
      verified('acme.example'),
      claimed('acme.example'),
      rules,
    );
    expect(organizationsProjection.indexes(document!)).toEqual({
      project: [projectId],
      organizationId: [acme],
      name: ['Acme'],
      slug: ['acme-ltd'],
      domain: ['acme.test', 'acme.example'],
      claimedDomain: ['acme.example'],
      jitDomain: ['acme.test'],
    });
  });
});

describe('the organization on the wire', () => {
  it('R35: shows the flat fields as a view over the rules', () =>
    expect(
      toWire(
        documentAfter(
          created,
          listed('acme.test'),
          challenged('acme.test'),
          verified('acme.test'),
          claimed('acme.test'),
          metadata({ plan: 'pro' }),
        )!,
      ),
    ).toMatchObject({
      organization_id: acme,
      organization_slug: 'acme',
      email_allowed_domains: ['acme.test'],
      claimed_email_domains: ['acme.test'],
      sso_jit_provisioning: 'ALL_ALLOWED',
      email_jit_provisioning: 'NOT_ALLOWED',
      trusted_metadata: { plan: 'pro' },
    }));

  it('R54: shows nothing of erased metadata', () =>
    expect(toWire(documentAfter(created, metadata({ erased: true }))!).trusted_metadata).toEqual({}));
});

describe('what other services are told', () => {
  it('R36: is the rule list with its version, and the revision it was read at', () => {
    const rules: OrganizationEvent = { type: 'JitRulesReplaced', data: { rules: [rule()], version: 2 } };
    const facts = toFacts(documentAfter(created, listed('acme.test'), rules)!, 2, { ownerless: true });
    expect(facts).toMatchObject({
      organizationId: acme,
      slug: 'acme',
      revision: 2,
      epoch: 0,
      ownerless: true,
      emailDomains: [{ domain: 'acme.test', state: 'listed' }],
      jitRulesVersion: 2,
      jitRules: [
        { ruleId: 'engineers', source: 'custom' },
        { ruleId: 'default-sso', source: 'default' },
        { ruleId: 'default-email-domain', source: 'default' },
      ],
    });
    expect(Object.keys(facts.emailDomains[0]!)).toEqual(['domain', 'state']);
  });
});
