export { MongoAnswerStore } from './mongo.answer-store.ts';
