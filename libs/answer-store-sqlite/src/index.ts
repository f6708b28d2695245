export { SqliteAnswerStore } from './sqlite.answer-store.ts';
