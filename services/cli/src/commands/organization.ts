export const pathOfOrganization = (reference: string, ...rest: readonly string[]): string =>
  ['/v1/b2b/organizations', ...[reference, ...rest].map(encodeURIComponent)].join('/');
