import Foundation
import KeyModel
import Testing

@testable import AWSClient

/// Endpoints as botocore resolves them (Fixtures/make_endpoints.py).
@Suite struct EndpointTests {
  struct Case: Decodable {
    var service, region: String
    var fips, dual, legacy: Bool
    var url, signing: String?
  }

  @Test func everyRegionAndServiceIsWhereBotocoreHasIt() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: folder.appending(path: "Fixtures/endpoints.json")))
    #expect(cases.count > 1300)
    #expect(Set(cases.map(\.service)).count == AWSService.allCases.count - 1)
    for item in cases {
      var choice = EndpointChoice(region: item.region)
      (choice.fips, choice.dualStack, choice.legacySTS) = (item.fips, item.dual, item.legacy)
      let service = try #require(AWSService(rawValue: item.service))
      let endpoint = try? Endpoint(service, choice)
      #expect(endpoint?.url == item.url, "\(item)")
      #expect(endpoint?.signingRegion == item.signing, "\(item)")
    }
  }

  @Test func mantleHasItsDocumentedForm() throws {
    let endpoint = try Endpoint(.bedrockMantle, EndpointChoice(region: "eu-west-1"))
    #expect(endpoint.url == "https://bedrock-mantle.eu-west-1.api.aws" && endpoint.signingRegion == "eu-west-1")
  }

  @Test func partitionsAreToldByTheFormOfTheName() {
    let names = [
      "us-east-9": "aws", "us-gov-north-1": "aws-us-gov", "cn-south-2": "aws-cn", "us-isob-x-1": "aws-iso-b",
    ]
    for (region, partition) in names { #expect(Partition.of(region).name == partition) }
    #expect(Partition.of("moon").name == "aws" && Partition.of("us-gov-1").name == "aws")
  }

  @Test(arguments: [
    "127.0.0.1:1", "localhost", "ftp://x", "http://", "http:///x", "://x", "https://a b", "https://x\u{0}", "/x",
    "ä://x",
  ])
  func whatIsNoURLIsRefused(custom: String) {
    var choice = EndpointChoice(region: "eu-west-1")
    choice.custom = custom
    #expect(throws: Failure.self) { try Endpoint(.sts, choice) }
  }

  @Test func aUserNameIsNotShown() throws {
    var choice = EndpointChoice(region: "eu-west-1")
    choice.custom = "https://me:p@ss@x:8/y/"
    let endpoint = try Endpoint(.sts, choice)
    #expect(endpoint.url == "https://me:p@ss@x:8/y" && endpoint.shown == "https://x:8/y")
  }

  @Test func aConfiguredEndpointCounts() throws {
    var choice = EndpointChoice(region: "eu-west-1")
    choice.custom = "http://127.0.0.1:8080/"
    #expect(try Endpoint(.sts, choice).url == "http://127.0.0.1:8080")
    choice.fips = true
    #expect(throws: Failure.self) { try Endpoint(.sts, choice) }
  }
}
