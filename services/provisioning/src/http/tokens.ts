/** Names the port to the organization service, for injection. */
export const ORGANIZATIONS = Symbol('Organizations');
