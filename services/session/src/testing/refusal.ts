import { DomainError } from '@muster/kernel';

/** The code a rule said no with; `none` where it did not. Anything but a broken rule is thrown on. */
export const refusal = async (answer: Promise<unknown>): Promise<string> => {
  try {
    await answer;
    return 'none';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};
