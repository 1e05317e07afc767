import Glibc

/// An address of a socket, IPv4 or IPv6.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private(set) var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  init() {}

  init(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
    self.length = min(length, self.length)
    withUnsafeMutableBytes(of: &storage) { storage in
      storage.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(self.length)))
    }
  }

  mutating func withPointer<Result>(
    _ body: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &storage) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
    }
  }

  var family: Int32 { Int32(storage.ss_family) }

  /// The port, in the machine's own order of bytes; it stands at the same place in both families.
  var port: Int {
    get {
      withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
    }
    set {
      withUnsafeMutableBytes(of: &storage) { storage in
        storage[2] = UInt8(truncatingIfNeeded: newValue >> 8)
        storage[3] = UInt8(truncatingIfNeeded: newValue)
      }
    }
  }

  /// The address without the port; an IPv4 address also where it came over an IPv6 socket.
  var host: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    withUnsafeBytes(of: storage) { storage in
      guard let base = storage.baseAddress else { return }
      // The address stands behind family and port, in IPv6 also behind the flow.
      let offset = family == AF_INET6 ? 8 : 4
      _ = inet_ntop(family, base + offset, &text, socklen_t(text.count))
    }
    let host = text.withUnsafeBufferPointer { text in
      String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return host.hasPrefix("::ffff:") ? String(host.dropFirst(7)) : host
  }
}
