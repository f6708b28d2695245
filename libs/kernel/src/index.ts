export * from './assert-never.ts';
export * from './domain-error.ts';
export * from './email-address.ts';
export * from './ids.ts';
export * from './instant.ts';
export * from './json.ts';
