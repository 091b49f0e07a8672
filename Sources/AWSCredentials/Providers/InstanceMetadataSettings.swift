import AWSClient
import KeyModel

/// Where the instance metadata service is and how patiently it is asked: variables, then settings of the profile, then
/// botocore's defaults.
struct InstanceMetadataSettings {
  private static let addressIPv4 = "http://169.254.169.254"
  private static let addressIPv6 = "http://[fd00:ec2::254]"

  /// The service's URL, without a slash at its end.
  let endpoint: String
  /// The same as it is shown.
  var shown: String { shownURL(endpoint) }
  /// How long one exchange may take.
  let timeout: Duration
  /// How often a request is sent.
  let attempts: Int
  private let isConfigured: Bool

  init(_ context: CredentialContext) throws(Failure) {
    let custom = context.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
    if let custom {
      guard isHTTPURL(custom) else {
        throw Failure(.misconfigured, "cannot use AWS_EC2_METADATA_SERVICE_ENDPOINT: it is no http or https URL")
      }
      endpoint = custom.hasSuffix("/") ? String(custom.dropLast()) : custom
    } else {
      endpoint = try Self.wantsIPv6(context) ? Self.addressIPv6 : Self.addressIPv4
    }
    isConfigured = custom != nil
    timeout = .seconds(
      try Self.number(context, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", from: 1, to: 3600))
    attempts = try Self.number(
      context, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", from: 1, to: 100)
  }

  /// Whether there must be a service: somebody configured where, or the firmware says that this is EC2.
  func isCertain(_ context: CredentialContext) -> Bool {
    if isConfigured { return true }
    // Nitro instances name the vendor, Xen ones the version of the firmware
    // (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html).
    return ["sys_vendor", "bios_version"].contains { file in
      guard let bytes = try? context.readFile("/sys/class/dmi/id/\(file)") else { return false }
      return String(decoding: bytes, as: UTF8.self).lowercased().contains("amazon")
    }
  }

  private static func wantsIPv6(_ context: CredentialContext) throws(Failure) -> Bool {
    let mode = context.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
    switch mode?.lowercased() {
    case "ipv6": return true
    case "ipv4": return false
    case nil: return context.setting("AWS_IMDS_USE_IPV6", "imds_use_ipv6")?.lowercased() == "true"
    default:
      throw Failure(
        .misconfigured, "cannot use AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: it must be IPv4 or IPv6")
    }
  }

  /// A number within limits; the lower one where none is set, as it is with botocore.
  private static func number(
    _ context: CredentialContext, _ variable: String, _ setting: String, from lowest: Int, to highest: Int
  ) throws(Failure) -> Int {
    guard let text = context.setting(variable, setting) else { return lowest }
    guard let value = Int(text), (lowest...highest).contains(value) else {
      throw Failure(.misconfigured, "cannot use \(variable): it must be a number from \(lowest) to \(highest)")
    }
    return value
  }
}
