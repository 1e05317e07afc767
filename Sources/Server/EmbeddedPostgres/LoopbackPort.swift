import Glibc
import Resolvers

/// Ports of 127.0.0.1.
enum LoopbackPort {
  /// One that nobody uses at this moment.
  static func find() throws -> Int {
    guard let port = bound(to: 0) else { throw FileError("find", FilePath("a free port")) }
    return port
  }

  static func isFree(_ port: Int) -> Bool {
    UInt16(exactly: port).flatMap(bound) != nil
  }

  /// Binds a socket to the port, zero for any, closes it again and returns the port.
  private static func bound(to port: UInt16) -> Int? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // As PostgreSQL does: connections of a former server that wait for their end do not count.
    var isReused: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isReused, socklen_t(4))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
      }
    }
    return code == 0 ? Int(UInt16(bigEndian: address.sin_port)) : nil
  }
}
