import KeyModel

/// What to do about an error of IAM, or nothing; `message` is what IAM wrote.
func remedy(_ kind: IAMError.Kind, _ action: IAMAction, code: String, message: String) -> String {
  switch kind {
  case .limitExceeded:
    action == .create
      ? "a user has two Bedrock keys at most, inactive and expired ones included: bedrock-keyd long-term list shows them,"
        + " delete ends one"
      : "a quota of the account is used up"
  case .noSuchEntity: missingRemedy(action)
  case .notSupportedService: "IAM makes no Bedrock keys in this partition: use short-term keys there"
  case .alreadyExists: ""
  case .denied: deniedRemedy(action, code: code, message: message)
  case .throttled: "try again in a minute"
  case .unreachable: ""
  case .refused:
    // IAM's words, where no user is named and the credentials are those of a role.
    message.contains("non-User credentials") ? "name the user: --user" : ""
  }
}

private func missingRemedy(_ action: IAMAction) -> String {
  switch action {
  case .create: "check the user's name; --create-user makes the user"
  case .attachPolicy: "check the policy's ARN and the user's name"
  case .list, .createUser: "check the user's name"
  case .update, .reset, .delete:
    "check the id, and the user with --user: bedrock-keyd long-term list --all shows both"
  }
}

/// The condition keys are those of https://docs.aws.amazon.com/service-authorization/latest/reference/list_identityandaccessmanagement.html.
private func deniedRemedy(_ action: IAMAction, code: String, message: String) -> String {
  if ["SignatureDoesNotMatch", "InvalidClientTokenId", "ExpiredToken", "UnrecognizedClientException"].contains(code) {
    return "the AWS credentials themselves are refused: look at them with bedrock-keyd credentials"
  }
  // The three forms of IAM's words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html.
  if message.contains("because no service control policy allows") {
    return "the organization's service control policies must allow \(action.permission)"
  }
  guard message.contains("explicit deny") else { return "allow \(action.permission) for the credentials that ask" }
  let place = message.contains("service control policy") ? "a service control policy of the organization" : "a policy"
  guard action == .create || action == .reset else { return "\(place) denies \(action.permission)" }
  let age = action == .create ? "iam:ServiceSpecificCredentialAgeDays (try a shorter life) or " : ""
  return "\(place) denies \(action.permission), perhaps by the condition key \(age)"
    + "iam:ServiceSpecificCredentialServiceName"
}
