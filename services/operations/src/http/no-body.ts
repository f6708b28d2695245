import { DomainError } from '@muster/kernel';
import type { PipeTransform } from '@nestjs/common';

/** For calls that take no parameter: whoever sends one means something that will not happen. */
export const noBody: PipeTransform = {
  transform: (value: unknown) => {
    const [field] = Object.keys(value ?? {});
    if (field !== undefined)
      throw new DomainError('bad_request', {
        errors: [{ pointer: `/${field}`, message: 'this call takes no parameter' }],
      });
  },
};
