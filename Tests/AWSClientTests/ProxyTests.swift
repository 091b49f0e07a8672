@testable import AWSClient
import LinuxHost
import Testing

/// What the environment says of proxies.
@Suite struct ProxyTests {
  private let url = "https://sts.eu-west-1.amazonaws.com"

  private func proxy(_ url: String, _ variables: [String: String]) -> String? {
    ProxyRules(Environment(variables)).proxy(for: url)
  }

  @Test func theSchemeDecides() {
    let variables = ["HTTPS_PROXY": "http://a:1", "HTTP_PROXY": "http://b:2"]
    #expect(proxy(url, variables) == "http://a:1")
    #expect(proxy("http://127.0.0.1:80/x", variables) == "http://b:2")
    #expect(proxy(url, [:]) == nil)
    #expect(proxy(url, ["HTTPS_PROXY": ""]) == nil)
  }

  @Test func lowerCaseGoesFirst() {
    #expect(proxy(url, ["HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:2"]) == "http://b:2")
    #expect(proxy(url, ["HTTPS_PROXY": "http://a:1", "https_proxy": ""]) == nil)
  }

  @Test(arguments: [
    ("a:1", "http://a:1"), ("//a:1", "http://a:1"), ("https://a:1", "https://a:1"), ("http://u:p@a", "http://u:p@a"),
  ])
  func aMissingSchemeIsHTTP(given: String, expected: String) {
    #expect(proxy(url, ["HTTPS_PROXY": given]) == expected)
  }

  @Test(arguments: [
    ("*", true), ("amazonaws.com", true), (".amazonaws.com", true), ("sts.eu-west-1.amazonaws.com", true),
    (" example.org , AmazonAWS.com ", true), ("aws.com", false), ("sts.eu-west-1.amazonaws.com:443", false),
    ("", false), (",,", false), ("10.0.0.0/8", false),
  ])
  func exceptionsByName(exceptions: String, isDirect: Bool) {
    #expect((proxy(url, ["HTTPS_PROXY": "http://a:1", "NO_PROXY": exceptions]) == nil) == isDirect)
  }

  @Test(arguments: [
    ("https://10.1.2.3", "10.0.0.0/8", true), ("https://11.1.2.3:8443/x", "10.0.0.0/8", false),
    ("https://10.1.2.3", "10.1.2.3/32", true), ("https://10.1.2.3", "10.1.2.3/33", false),
    ("https://10.1.2.3:99", "10.1.2.3", true), ("https://10.1.2.3:99", "10.1.2.3:99", true),
    ("https://[fd00::1]:99", "fd00::/8", true), ("https://[fe00::1]", "fd00::/8", false),
    ("https://[fd00::1]", "10.0.0.0/8", false), ("https://[::1]:99", "::1", true), ("https://x", "0.0.0.0/0", false),
  ])
  func exceptionsByAddress(url: String, exceptions: String, isDirect: Bool) {
    #expect((proxy(url, ["HTTPS_PROXY": "http://a:1", "NO_PROXY": exceptions]) == nil) == isDirect)
  }
}

/// What messages say of proxies: never their passwords.
@Suite struct ProxyMessageTests {
  @Test(arguments: [
    ("http://p:1", "http://p:1"), ("http://u:p%40ss@p:1", "http://p:1"), ("https://u:a@b@p", "https://p"),
  ])
  func passwordsAreNotShown(url: String, shown: String) { #expect(shownURL(url) == shown) }

  @Test func theProxyIsNamedWhereItMayBeTheCause() {
    var failure = HTTPFailure(.unreachable, words: "x")
    #expect(failure.hint.isEmpty && failure.isTransient)
    failure.proxy = "http://p:1"
    #expect(failure.hint.contains("through the proxy http://p:1") && failure.isTransient)
    failure.isProxyLogin = true
    #expect(failure.hint.contains("http://p:1 wants a user name and password"))
    #expect(failure.reason == .misconfigured && !failure.isTransient)
  }
}
