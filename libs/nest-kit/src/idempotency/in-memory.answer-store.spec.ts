import { answerStoreContract } from '../testing/answer-store.contract.ts';
import { InMemoryAnswerStore } from './in-memory.answer-store.ts';

answerStoreContract('memory', async () => ({ store: new InMemoryAnswerStore() }));
