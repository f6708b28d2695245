export * from './messages/nats-request.server.ts';
export * from './messages/nats.requester.ts';
export { type LinkLogger, NatsLink, type NatsLinkOptions } from './nats-link.ts';
