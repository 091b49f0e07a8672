// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors everywhere: a warning that stays is a warning nobody reads.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// What idles for months has no use for regular expressions: without this flag a single `split` on text links a third of
/// the keeper's size.
let lean: [SwiftSetting] =
  strict + [.unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"])]

/// A Swift module of ours under Sources/.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The unit tests of one module under Tests/; folders of data are no sources.
func tests(_ name: String, _ dependencies: [Target.Dependency], folders: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: folders, swiftSettings: strict)
}

let package = Package(
  name: "bedrock-keyd",
  products: [
    .executable(name: "bedrock-keyd", targets: ["bedrock-keyd"]),
    .executable(name: "bedrock-keyd-keeper", targets: ["bedrock-keyd-keeper"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // What every process shares: the words, what they exchange, the operating system.
    module("KeyModel", settings: lean),
    module("ProcessMessages", ["KeyModel"], settings: lean),
    .target(name: "CLinux"),
    module("LinuxHost", ["CLinux", "KeyModel"], settings: lean),

    // The keeper: Glibc and libsystemd, nothing else.
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    module("RenewalSchedule", ["KeyModel"], settings: lean),
    module("KeyRotation", ["ProcessMessages", "KeyModel"], settings: lean),
    module("KeyPublishing", ["KeyModel", "ProcessMessages", "LinuxHost"], settings: lean),
    module("KeyNotification", ["KeyModel", "LinuxHost", "CSystemd"], settings: lean),
    module("KeyReporting", ["KeyModel", "LinuxHost", "CSystemd"], settings: lean),
    module(
      "Keeper",
      [
        "RenewalSchedule", "KeyRotation", "KeyPublishing", "KeyNotification", "KeyReporting", "ProcessMessages",
        "LinuxHost", "CLinux", "KeyModel",
      ], settings: lean),
    .executableTarget(name: "bedrock-keyd-keeper", dependencies: ["Keeper"], swiftSettings: lean),

    // The issuer: credentials, signing, HTTP.
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CCurl"),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    module("SigV4", ["COpenSSL", "KeyModel"]),
    module("AWSClient", ["CCurl", "CExpat", "SigV4", "LinuxHost", "KeyModel"]),
    module("AWSCredentials", ["AWSClient", "LinuxHost", "KeyModel"]),
    // What `doctor` concludes from what was seen.
    module("Diagnosis", ["RenewalSchedule", "KeyModel"]),
    module(
      "Issuing",
      [
        "Diagnosis", "AWSCredentials", "AWSClient", "SigV4", "KeyPublishing", "ProcessMessages", "LinuxHost",
        "KeyModel",
      ]),

    // The commands.
    module("Supervision", ["KeyModel"]),
    .target(name: "CToml"),
    module("KeyConfiguration", ["CToml", "COpenSSL", "ProcessMessages", "LinuxHost", "KeyModel"]),
    .executableTarget(
      name: "bedrock-keyd",
      dependencies: [
        "KeyConfiguration", "Issuing", "AWSCredentials", "AWSClient", "Diagnosis", "KeyPublishing", "RenewalSchedule",
        "Supervision", "KeyRotation", "ProcessMessages", "LinuxHost", "CLinux", "KeyModel",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    tests("KeyModelTests", ["KeyModel"]),
    tests("ProcessMessagesTests", ["ProcessMessages", "KeyModel"]),
    tests("SigV4Tests", ["SigV4", "COpenSSL"], folders: ["Fixtures"]),
    tests("AWSClientTests", ["AWSClient"], folders: ["Fixtures"]),
    tests("AWSCredentialsTests", ["AWSCredentials"], folders: ["Fixtures"]),
    tests("DiagnosisTests", ["Diagnosis", "KeyModel"]),
    tests("IssuingTests", ["Issuing", "KeyPublishing", "ProcessMessages"], folders: ["Fixtures"]),
    tests(
      "KeyConfigurationTests", ["KeyConfiguration", "ProcessMessages", "LinuxHost", "KeyModel"],
      folders: ["Fixtures"]),
    tests("RenewalScheduleTests", ["RenewalSchedule", "KeyModel"]),
    tests("KeyRotationTests", ["KeyRotation", "ProcessMessages", "KeyModel"]),
    tests("KeyPublishingTests", ["KeyPublishing", "ProcessMessages", "LinuxHost", "KeyModel"]),
    tests("KeyReportingTests", ["KeyReporting", "KeyModel"]),
    tests("KeeperTests", ["Keeper", "KeyPublishing", "ProcessMessages", "LinuxHost", "KeyModel"]),
    tests("SupervisionTests", ["Supervision", "KeyModel"]),
    tests("SimulationTests", ["KeyRotation", "RenewalSchedule", "ProcessMessages", "KeyModel"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
