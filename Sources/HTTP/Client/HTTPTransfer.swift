import CCurl
import EventLoop

/// One request on its way: curl's handle, what it refers to, and what has come so far.
///
/// For the loop's own thread only.
final class HTTPTransfer {
  let easy: UnsafeMutableRawPointer
  private let lines: UnsafeMutablePointer<curl_slist>?
  /// curl reads the body from here, while the transfer lives.
  private let body: UnsafeMutableBufferPointer<CChar>?
  private let maximumBodyBytes: Int
  private let maximumHeaderBytes: Int
  private var response = HTTPClientResponse(status: 0)
  private var headerBytes = 0
  private var failure: HTTPClientError?
  private var continuation: Continuation?

  typealias Outcome = Result<HTTPClientResponse, HTTPClientError>
  typealias Continuation = UnsafeContinuation<Outcome, Never>

  init(
    _ request: HTTPClientRequest,
    _ configuration: HTTPClientConfiguration,
    owner: UnsafeMutableRawPointer,
    _ continuation: Continuation
  ) throws(HTTPClientError) {
    guard HTTPTransfer.isAllowed(request.url) else { throw HTTPClientError(.invalidURL) }
    guard request.headers.allSatisfy(HTTPTransfer.isAllowed) else {
      throw HTTPClientError(.invalidHeader)
    }
    guard let easy = curl_easy_init() else { throw HTTPClientError(.connectionFailed) }
    self.easy = easy
    self.continuation = continuation
    maximumBodyBytes = request.maximumBodyBytes
    maximumHeaderBytes = configuration.maximumHeaderBytes
    lines = HTTPTransfer.list(request.headers)
    body = request.body.map { bytes in
      let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
      _ = buffer.initialize(from: bytes.lazy.map(CChar.init(bitPattern:)))
      return buffer
    }
    set(configuration, owner)
    set(request)
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(lines)
    body?.deallocate()
  }

  /// Tells the one who waits; once.
  func end(_ outcome: Outcome) {
    continuation?.resume(returning: outcome)
    continuation = nil
  }

  /// Tells how it went, once curl has said so.
  func end(_ code: CURLcode) {
    if let failure { return end(.failure(failure)) }
    guard code == CURLE_OK else { return end(.failure(HTTPClientError(code))) }
    response.status = apus_curl_status(easy)
    end(.success(response))
  }

  // MARK: - What comes

  fileprivate func receive(body bytes: UnsafeRawBufferPointer) -> Int {
    guard response.body.count + bytes.count <= maximumBodyBytes else {
      failure = HTTPClientError(.bodyTooLarge, detail: "more than \(maximumBodyBytes) bytes")
      return 0
    }
    response.body.append(contentsOf: bytes)
    return bytes.count
  }

  /// Takes a line of the head: the status line begins a new one, after `100 Continue` too.
  fileprivate func receive(line bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= maximumHeaderBytes else {
      failure = HTTPClientError(.headersTooLarge, detail: "more than \(maximumHeaderBytes) bytes")
      return 0
    }
    if bytes.starts(with: "HTTP/".utf8) {
      response.headers = []
    } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
      let name = String(decoding: bytes[..<colon], as: UTF8.self)
      let value = bytes[(colon + 1)...].trimmed
      response.headers.append((name, String(decoding: value, as: UTF8.self)))
    }
    return bytes.count
  }

  // MARK: - Settings

  private func set(_ configuration: HTTPClientConfiguration, _ owner: UnsafeMutableRawPointer) {
    apus_curl_set_pointer(easy, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque())
    apus_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    // Without it, giving up a look-up of a name would wait for the look-up's thread.
    apus_curl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
    apus_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    apus_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
    apus_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
    apus_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
    apus_curl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let file = configuration.certificateFile {
      apus_curl_set_text(easy, CURLOPT_CAINFO, file)
    }
    let connectTimeout = Int(clamping: configuration.connectTimeout.milliseconds)
    apus_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, max(connectTimeout, 1))
    apus_curl_set_text(easy, CURLOPT_USERAGENT, configuration.userAgent)
    apus_curl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, owner)
    apus_curl_set_close_callback(easy) { owner, socket in
      guard let owner else { return 0 }
      return Unmanaged<CurlMulti>.fromOpaque(owner).takeUnretainedValue().close(socket)
    }
    let me = Unmanaged.passUnretained(self).toOpaque()
    apus_curl_set_pointer(easy, CURLOPT_WRITEDATA, me)
    apus_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, transfer in
      HTTPTransfer.transfer(transfer)?
        .receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    apus_curl_set_pointer(easy, CURLOPT_HEADERDATA, me)
    apus_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, transfer in
      HTTPTransfer.transfer(transfer)?
        .receive(line: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
  }

  private static func transfer(_ pointer: UnsafeMutableRawPointer?) -> HTTPTransfer? {
    pointer.map { Unmanaged<HTTPTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private func set(_ request: HTTPClientRequest) {
    apus_curl_set_text(easy, CURLOPT_URL, request.url)
    let timeout = Int(clamping: request.timeout.milliseconds)
    apus_curl_set_long(easy, CURLOPT_TIMEOUT_MS, max(timeout, 1))
    switch request.method {
    case .get: apus_curl_set_long(easy, CURLOPT_HTTPGET, 1)
    case .head: apus_curl_set_long(easy, CURLOPT_NOBODY, 1)
    case .post: apus_curl_set_long(easy, CURLOPT_POST, 1)
    case .put, .patch, .delete, .options: break
    }
    if let body {
      apus_curl_set_pointer(easy, CURLOPT_POSTFIELDS, body.baseAddress)
      apus_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
    } else if request.method == .post {
      apus_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0)
      apus_curl_set_text(easy, CURLOPT_POSTFIELDS, "")
    }
    if request.method != .head {
      apus_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
    apus_curl_set_list(easy, lines)
  }

  /// curl's list of header lines; the caller frees it.
  private static func list(
    _ headers: [(name: String, value: String)]
  ) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    // An answer `100 Continue` is not worth a round trip; an empty value ends with a semicolon.
    let lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    // Without a type of the caller's, curl would call every body a form.
    let hasType = headers.contains { $0.name.isSameHeaderName(as: "content-type") }
    for line in ["Expect:"] + (hasType ? [] : ["Content-Type:"]) + lines {
      list = curl_slist_append(list, line)
    }
    return list
  }

  private static func isAllowed(_ url: String) -> Bool {
    let start = url.prefix(8).lowercased()
    guard start.hasPrefix("http://") || start.hasPrefix("https://") else { return false }
    return url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
  }

  private static func isAllowed(_ header: (name: String, value: String)) -> Bool {
    !header.name.isEmpty && header.name.utf8.allSatisfy(isTokenByte)
      && header.value.utf8Span.span.hasNoControls
  }

  /// The bytes of a header's name, by RFC 9110 §5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

extension HTTPClientError {
  fileprivate init(_ code: CURLcode) {
    let reason: Reason =
      switch code {
      case CURLE_URL_MALFORMAT: .invalidURL
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unknownHost
      case CURLE_COULDNT_CONNECT: .connectionFailed
      case CURLE_OPERATION_TIMEDOUT: .timedOut
      case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
        CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER:
        .untrusted
      default: .brokenAnswer
      }
    let detail = curl_easy_strerror(code).map { String(cString: $0) }
    self.init(reason, detail: reason == .timedOut ? nil : detail)
  }
}

extension Slice<UnsafeRawBufferPointer> {
  /// Without the white space around it.
  fileprivate var trimmed: Slice<UnsafeRawBufferPointer> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    var slice = self.drop(while: isSpace)
    while let last = slice.last, isSpace(last) { slice.removeLast() }
    return slice
  }
}
