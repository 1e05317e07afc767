import Glibc

/// A client that sends exact bytes and reads answers, over a blocking socket of the loopback.
final class TestClient: @unchecked Sendable {
  // One thread sends while another receives; no two do the same.

  struct Answer: Equatable {
    var status: Int
    /// Names in small letters; without `date`.
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private let descriptor: Int32
  private var received: [UInt8] = []

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_RCVTIMEO,
      &patience,
      socklen_t(MemoryLayout<timeval>.size)
    )
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status != 0 { throw Failure(description: "cannot connect: errno \(errno)") }
  }

  deinit { Glibc.close(descriptor) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 { throw Failure(description: "cannot send: errno \(errno)") }
      rest = rest.dropFirst(count)
    }
  }

  /// Ends the side of the client.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next answer; `hasBody` is false for the answer to HEAD.
  func receive(hasBody: Bool = true) throws -> Answer {
    while true {
      if let answer = takeAnswer(hasBody: hasBody) { return answer }
      if try !readMore() { throw Failure(description: "closed before the answer was complete") }
    }
  }

  /// The next bytes, so many.
  func receive(count: Int) throws -> [UInt8] {
    while received.count < count {
      if try !readMore() { throw Failure(description: "closed before \(count) bytes had come") }
    }
    defer { received.removeFirst(count) }
    return Array(received.prefix(count))
  }

  /// All that comes until the server closes.
  func receiveRest() throws -> String {
    while try readMore() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// Sends a request and returns the answer.
  func ask(_ text: String) throws -> Answer {
    try send(text)
    return try receive()
  }

  private func readMore() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0 { throw Failure(description: "cannot receive: errno \(errno)") }
    received.append(contentsOf: buffer.prefix(count))
    return count > 0
  }

  private func takeAnswer(hasBody: Bool) -> Answer? {
    guard let end = received.indices.first(where: { received[$0...].starts(with: "\r\n\r\n".utf8) })
    else { return nil }
    let head = String(decoding: received[..<end], as: UTF8.self)
    let lines = head.split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
      headers[parts[0].lowercased()] = String(value)
    }
    headers["date"] = nil
    let status = Int(lines[0].split(separator: " ")[1]) ?? 0
    let count = hasBody && status != 100 ? Int(headers["content-length"] ?? "0") ?? 0 : 0
    guard received.count >= end + 4 + count else { return nil }
    let body = Array(received[(end + 4)...].prefix(count))
    received.removeFirst(end + 4 + count)
    return Answer(status: status, headers: headers, body: body)
  }
}
