import { created, given, update } from '../../../test/organization-facts.ts';

const assign = (domain: string, role_id: string) => update({ implicitRoles: [{ domain, role_id }] });

describe('roles by e-mail domain', () => {
  it('are replaced as a whole, with canonical domains', () => {
    const replaced = {
      type: 'EmailImplicitRolesReplaced',
      data: { assignments: [{ domain: 'acme.test', role_id: 'editor' }] },
    } as const;
    given(created).when(assign('Acme.TEST', 'editor')).then(replaced);
    given(created, replaced).when(assign('acme.test', 'editor')).thenNothing();
    given(created, replaced)
      .when(update({ implicitRoles: [] }))
      .then({ type: 'EmailImplicitRolesReplaced', data: { assignments: [] } });
  });

  it('are not given by a domain where anybody gets an address', () => {
    given(created).when(assign('gmail.com', 'editor')).thenRejects('rbac_domain_too_common');
    given(created).when(assign('mailinator.com', 'editor')).thenRejects('rbac_domain_too_common');
  });

  it('are roles there are, and not the one everybody has', () => {
    given(created).when(assign('acme.test', 'wizard')).thenRejects('invalid_role');
    given(created)
      .when(assign('acme.test', 'stytch_member'))
      .thenRejects('cannot_assign_default_rbac_role_id');
  });

  it('need a domain that is one', () =>
    given(created).when(assign('acme', 'editor')).thenRejects('organization_settings_invalid_domain'));
});
