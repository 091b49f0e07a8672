/// The actions of IAM that long-term keys need (https://docs.aws.amazon.com/IAM/latest/APIReference/).
enum IAMAction: String, CaseIterable {
  case list = "ListServiceSpecificCredentials"
  case create = "CreateServiceSpecificCredential"
  case update = "UpdateServiceSpecificCredential"
  case reset = "ResetServiceSpecificCredential"
  case delete = "DeleteServiceSpecificCredential"
  case createUser = "CreateUser"
  case attachPolicy = "AttachUserPolicy"

  /// Whether it may be sent again when nobody knows whether the request before was applied: Create has no idempotency
  /// token, and each Reset kills the key of the one before.
  var isRepeatable: Bool { self != .create && self != .reset }

  /// What to do where nobody knows whether it was applied; empty where it can just be tried again.
  var unclearRemedy: String {
    switch self {
    case .create:
      "it may have been made all the same: look with bedrock-keyd long-term list, and delete what has no owner"
    case .reset: "the old key may be dead all the same: reset it again"
    case .list, .update, .delete, .createUser, .attachPolicy: ""
    }
  }

  /// What the action is called in a policy.
  var permission: String { "iam:\(rawValue)" }
}
