/** Names of what is injected without being a class: the configuration and a port. */
export const CONFIG = Symbol('MusterConfig');
export const MEMBER_DIRECTORY = Symbol('MemberDirectory');
export const CLOCK = Symbol('Clock');
