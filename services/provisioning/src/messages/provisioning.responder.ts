import {
  type AdmissionDecision,
  type AdmissionPreview,
  type PayloadOf,
  provisioningRequests,
  type RequestContext,
} from '@muster/contracts';
import { Answers } from '@muster/nest-kit';
import { Controller } from '@nestjs/common';
import { ApplicantErasureService } from '../application/applicant-erasure.service.ts';
import { AdmissionService } from '../application/admission.service.ts';

/** What the other services ask: may this person enter here? */
@Controller()
export class ProvisioningResponder {
  constructor(
    private readonly admissions: AdmissionService,
    private readonly erasures: ApplicantErasureService,
  ) {}

  @Answers(provisioningRequests.preview)
  async preview(
    payload: PayloadOf<typeof provisioningRequests.preview>,
    context: RequestContext,
  ): Promise<{ previews: readonly AdmissionPreview[] }> {
    return { previews: await this.admissions.preview(payload, context) };
  }

  @Answers(provisioningRequests.admit)
  admit(
    payload: PayloadOf<typeof provisioningRequests.admit>,
    context: RequestContext,
  ): Promise<AdmissionDecision> {
    return this.admissions.admit(payload, context);
  }

  @Answers(provisioningRequests.eraseApplicants)
  async eraseApplicants(
    payload: PayloadOf<typeof provisioningRequests.eraseApplicants>,
    context: RequestContext,
  ): Promise<Record<string, never>> {
    await this.erasures.eraseOf(payload, context);
    return {};
  }
}
