import COpenSSL

extension Certificate {
  /// The certificates of a file, in its order: all in PEM form, whatever stands between them, or one in DER. Throws
  /// where there is none, and where one of them cannot be read.
  package static func all(in file: [UInt8]) throws(SigningFileError) -> [Certificate] {
    ERR_clear_error()
    defer { ERR_clear_error() }
    let (found, isDamaged) = file.withUnsafeBytes { read($0) }
    guard !isDamaged else { throw SigningFileError("certificate \(found.count + 1) in it is damaged") }
    guard !found.isEmpty else {
      throw SigningFileError("it holds no certificate", hint: "it must be PEM (-----BEGIN CERTIFICATE-----) or DER")
    }
    return found
  }

  /// The certificates of a file, and whether another one follows that cannot be read.
  private static func read(_ file: UnsafeRawBufferPointer) -> (found: [Certificate], isDamaged: Bool) {
    guard let source = BIO_new_mem_buf(file.baseAddress, Int32(clamping: file.count)) else { return ([], false) }
    defer { BIO_free(source) }
    // DER begins with a SEQUENCE (X.690, 8.9).
    if file.first == 0x30 {
      guard let only = d2i_X509_bio(source, nil) else { return ([], true) }
      return ([Certificate(owning: only)], false)
    }
    var found: [Certificate] = []
    while let next = PEM_read_bio_X509(source, nil, nil, nil) { found.append(Certificate(owning: next)) }
    // The end of the file is the error "no start line".
    return (found, ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
  }
}
