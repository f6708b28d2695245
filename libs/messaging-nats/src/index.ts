export * from './messages/nats-request.server.ts';
export * from './messages/nats.requester.ts';
export { type LinkLogger, NatsLink, type NatsLinkOptions } from './nats-link.ts';
export * from './relay/event-bus.ts';
export * from './relay/event-relay.ts';
export * from './relay/jet-stream.event-bus.ts';
