import KeyModel
import SigV4

extension Signer {
  /// A short-term key: a presigned request for CallWithBearerToken without its scheme, in base64 behind a prefix. It is
  /// put together in wiped memory only.
  func shortTermKey(
    _ family: KeyFamily, region: Region, at moment: Timestamp, lifetime: Duration
  ) -> SecretBytes {
    let form = KeyFamilyForm.of(family)
    let request = PresignRequest(
      method: "POST", host: form.host, service: form.service, parameters: [("Action", "CallWithBearerToken")])
    let query = presign(request, region: region.name, at: moment, lifetime: lifetime)
    // The version is not part of the signature.
    let start = "\(form.host)/?"
    let end = "&X-Amz-Signature=\(query.signature)&Version=1"
    let length = start.utf8.count + query.parameters.count + end.utf8.count
    var key = SecretBytes(capacity: form.prefix.utf8.count + Base64Writer.length(of: length))
    key.append(contentsOf: form.prefix.utf8)
    var writer = Base64Writer(appendingTo: key)
    writer.append(start)
    query.parameters.feed { writer.append($0) }
    writer.append(end)
    return writer.finish()
  }
}
