/**
 * Every `error_type` that Muster answers, with its status and its message: the one place where a domain error's code
 * becomes a wire error. Names are the reference API's where it has one. Messages never hold personal data.
 */
export const wireErrors = {
  // The request itself
  bad_request: [400, 'The request is not valid.'],
  not_supported: [400, 'This field or method is not supported.'],
  invalid_content_type: [415, 'The body must be JSON.'],
  request_too_large: [413, 'The body is too large.'],
  route_not_found: [404, 'There is no such route.'],
  unauthorized_credentials: [401, 'Unauthorized credentials.'],
  member_session_not_supported: [400, 'This call does not take a member session header.'],
  too_many_requests: [429, 'Too many requests have been made.'],
  conflict: [409, 'Somebody else changed this at the same time; read it again and retry.'],
  precondition_failed: [412, 'The version in If-Match is not the current one.'],
  idempotency_key_in_flight: [409, 'A request with this idempotency key is being handled; try again.'],
  idempotency_key_reused: [422, 'The idempotency key was used with another request.'],
  unavailable: [503, 'A part of the service is not available; try again.'],
  position_not_reached: [503, 'The demanded position is not reached yet; try again.'],
  internal_server_error: [500, 'Something went wrong on our side.'],

  // Looking after the log and what is made of it
  projection_not_found: [404, 'There is no such read model.'],
  projection_has_no_shadow: [409, 'The read model has no other copy; rebuild it first.'],
  projection_shadow_behind: [409, 'The other copy has not caught up with the log.'],
  projection_busy: [409, 'The read model is being built or verified; wait for it, or cancel it.'],
  position_ahead: [400, 'The position is past the head of the log.'],
  stream_not_parked: [404, 'No stream of that name waits in this read model.'],
  log_busy: [409, 'This is being done already; wait until it is.'],

  // Organizations
  organization_not_found: [404, 'The organization could not be found.'],
  invalid_organization_name: [400, 'The organization name must have 1 to 128 characters.'],
  invalid_organization_slug: [
    400,
    'The slug must have 2 to 128 characters of a-z, A-Z, 0-9 and -._~ and may not look like an id.',
  ],
  organization_slug_already_used: [400, 'The slug is already used.'],
  invalid_organization_external_id: [
    400,
    'The external id must have 1 to 128 characters of a-z, A-Z, 0-9 and ._-| and may not look like an id.',
  ],
  organization_external_id_already_used: [400, 'The external id is already used.'],
  organization_logo_url_too_long: [400, 'The logo URL is too long.'],
  invalid_organization_auth_factor_setting: [
    400,
    'At least one of SSO JIT provisioning, email JIT provisioning and email invites must be allowed.',
  ],
  invalid_restricted_email_setting: [
    400,
    'RESTRICTED email settings need at least one allowed email domain.',
  ],
  invalid_restricted_sso_setting: [
    400,
    'RESTRICTED SSO JIT provisioning needs at least one allowed connection.',
  ],
  invalid_restricted_oauth_tenants_setting: [
    400,
    'RESTRICTED OAuth tenant JIT provisioning needs at least one allowed tenant.',
  ],
  allowed_auth_methods_required_for_restricted: [
    400,
    'RESTRICTED authentication methods need at least one allowed method.',
  ],
  allowed_mfa_methods_required_for_restricted: [
    400,
    'RESTRICTED MFA methods need at least one allowed method.',
  ],
  invalid_organization_auth_factor_setting_for_email_jit_provisioning: [
    400,
    'Email JIT provisioning is on, but no email method is allowed.',
  ],
  organization_settings_domain_too_common: [400, 'The domain is a common public mail domain.'],
  organization_settings_disposable_domain: [400, 'The domain is a disposable mail domain.'],
  organization_settings_duplicate_domain: [400, 'A domain is named twice.'],
  organization_settings_invalid_domain: [400, 'Not a valid email domain.'],
  too_many_domains: [400, 'Too many domains.'],
  organization_settings_claimed_domain_not_verified: [
    400,
    'A domain can only be claimed after it was verified by DNS.',
  ],
  organization_settings_duplicate_claimed_domain: [400, 'Another organization has claimed the domain.'],
  action_not_allowed_email_domain_is_claimed: [400, 'The email domain is claimed by another organization.'],
  email_domain_not_found: [404, 'The organization does not list this domain.'],
  email_domain_not_verified: [400, 'The DNS record that proves the domain was not found.'],
  rbac_domain_too_common: [400, 'Roles cannot be given by a common public mail domain.'],
  invalid_role: [400, 'There is no such role.'],
  cannot_assign_default_rbac_role_id: [400, 'The default role cannot be assigned explicitly.'],
  metadata_too_large: [400, 'Metadata may have 20 top-level keys and 4 KB.'],
  invalid_jit_rules: [400, 'The rule list is not valid.'],
  invalid_session_policy: [400, 'The session policy is not valid.'],
  organization_not_ownerless: [400, 'The organization has a steward.'],
  invalid_search_query: [400, 'The search query is not valid.'],
  invalid_cursor: [400, 'The cursor is not valid.'],

  // Members
  member_not_found: [404, 'The member could not be found.'],
  invalid_email: [400, 'The email address is not valid.'],
  duplicate_member_email: [400, 'Another member of the organization has this email address.'],
  retired_member_email: [400, 'The email address is retired and still blocked in this organization.'],
  desired_email_updating_for_different_member: [400, 'Another member is changing to this email address.'],
  invalid_member_external_id: [
    400,
    'The external id must have 1 to 128 characters of a-z, A-Z, 0-9 and ._-| and may not look like an id.',
  ],
  duplicate_member_external_id: [400, 'Another member of the organization has this external id.'],
  member_name_too_long: [400, 'The name may have 128 characters.'],
  no_deleted_member_found_for_reactivation: [404, 'There is no deleted member with this id.'],
  email_unverified_for_reactivation: [400, 'Only a member with a verified email address can be reactivated.'],
  reactivation_email_belongs_to_another_member: [400, 'The email address now belongs to another member.'],
  retired_email_not_found: [404, 'The member has no such retired email address.'],
  member_cannot_update_their_email_address: [
    403,
    'Members change their email address with start_email_update.',
  ],
  trusted_metadata_not_allowed: [403, 'Trusted metadata may not be sent with a member session.'],
  member_has_no_active_verified_email: [
    400,
    'Only an active member with a verified email address can do this.',
  ],
  unable_to_verify_member_email_update: [400, 'The email update is not under way any more.'],
  cannot_remove_last_steward: [
    400,
    'The last steward of an organization cannot be removed, demoted or leave.',
  ],
  invalid_phone_number: [400, 'The phone number must be in E.164 form.'],
  member_phone_number_already_set: [
    400,
    'The member has a phone number already; delete it before setting another one.',
  ],
  invalid_mfa_default_method: [400, 'The default MFA method must be sms_otp or totp.'],
  default_mfa_member_missing_factor: [400, 'The member has no factor of this MFA method.'],
  invalid_member_get_fields: [400, 'One of member_id and email_address is needed.'],
  member_search_organization_ids_empty: [400, 'At least one organization_id is needed.'],
  member_search_filter_name_not_recognized: [400, 'There is no such search filter.'],
  member_search_expected_array_of_strings: [400, 'The filter value must be an array of strings.'],
  member_search_expected_boolean: [400, 'The filter value must be true or false.'],
  member_search_expected_string: [400, 'The filter value must be a string.'],
  member_search_member_email_fuzzy_too_short: [400, 'A fuzzy filter needs at least 3 characters.'],
  member_search_member_mfa_phone_number_fuzzy_too_short: [400, 'A fuzzy filter needs at least 3 characters.'],
  member_search_cannot_mix_internal_and_external_member_ids: [
    400,
    'Member ids and external ids cannot be mixed in one filter.',
  ],
  user_already_invited: [400, 'The member is already active.'],

  // Doors and admissions
  email_jit_provisioning_not_allowed: [400, 'The organization does not admit members by email domain.'],
  invalid_email_for_jit_provisioning: [400, 'The email address is not eligible to join the organization.'],
  invalid_email_for_invites: [400, 'The email address cannot be invited to the organization.'],
  email_invites_not_allowed: [400, 'The organization does not allow invites.'],
  invite_expired: [400, 'The invitation has expired.'],
  admission_refused: [403, 'The organization does not admit this person.'],
  join_request_pending: [403, 'The organization was asked to admit this person.'],
  admission_not_found: [404, 'The admission could not be found.'],
  join_request_not_found: [404, 'The join request could not be found.'],
  join_request_already_decided: [400, 'The join request was already decided.'],

  // Proofs
  unable_to_auth_magic_link: [401, 'The magic link could not be authenticated.'],
  unable_to_auth_otp_code: [401, 'The code could not be authenticated.'],
  pkce_expected_code_verifier: [400, 'A PKCE code verifier is needed.'],
  pkce_mismatch: [400, 'The PKCE code verifier does not match.'],
  invalid_pkce_code_challenge: [400, 'The PKCE code challenge is not an S256 challenge.'],
  no_match_for_provided_magic_link_url: [400, 'The redirect URL is not on the allow-list.'],
  no_default_redirect_url: [400, 'No default redirect URL of this type is configured.'],
  invalid_expiration: [400, 'The expiration is out of range.'],
  operation_restricted_by_organization_auth_methods: [
    403,
    'The organization does not allow this authentication method.',
  ],
  user_lock_limit_reached: [429, 'The member is locked after too many failed attempts.'],

  // Sessions
  session_not_found: [404, 'The session could not be found.'],
  intermediate_session_not_found: [404, 'The intermediate session could not be found.'],
  invalid_intermediate_session_token_for_organization: [
    400,
    'The intermediate session cannot be used for this organization.',
  ],
  too_many_session_arguments: [
    400,
    'Only one of session_token, session_jwt and intermediate_session_token may be given.',
  ],
  no_session_arguments: [400, 'One of session_token and session_jwt is needed.'],
  invalid_session_duration_minutes: [400, 'The session duration must be 5 to 527040 minutes.'],
  reserved_claims_in_custom_claims: [400, 'A custom claim has a reserved name.'],
  custom_claims_too_large: [400, 'Custom claims may have 4 KB.'],
  session_authorization_error: [403, 'The member is not authorized to perform this action.'],
  session_authorization_tenancy_error: [403, 'The session belongs to another organization.'],
  member_does_not_exist_in_organization: [404, 'The person is not a member of this organization.'],
  insufficient_factors: [403, 'The factors proven so far do not satisfy the organization.'],
  email_verification_required: [403, 'A freshly verified email address is needed.'],
  project_not_found: [404, 'The project could not be found.'],

  // The event feed
  event_type_not_found: [404, 'There is no such type of event.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type WireErrorType = keyof typeof wireErrors;
