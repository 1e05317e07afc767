import CUV
import Glibc

/// Makes the sockets that a server listens on.
enum ListeningSocket {
  /// How many connections may wait in the kernel to be accepted.
  static var backlog: Int32 { 4096 }

  /// The address of the configured host; of several an IPv4 address, which is what people mean by
  /// a name like `localhost`.
  static func resolve(
    _ configuration: HTTPConfiguration
  ) throws(HTTPServerError) -> SocketAddress {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE
    if configuration.host == "*" { hints.ai_family = AF_INET }
    var list: UnsafeMutablePointer<addrinfo>?
    let host = configuration.host == "*" ? "0.0.0.0" : configuration.host
    let status = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    var chosen = list?.pointee
    var next = list
    while let entry = next?.pointee {
      if entry.ai_family == AF_INET {
        chosen = entry
        break
      }
      next = entry.ai_next
    }
    guard status == 0, let chosen, let address = chosen.ai_addr else {
      throw HTTPServerError(configuration, String(cString: gai_strerror(status)))
    }
    guard (0...65535).contains(configuration.port) else {
      throw HTTPServerError(configuration, "a port is a number up to 65535")
    }
    var result = SocketAddress(address, length: chosen.ai_addrlen)
    result.port = configuration.port
    return result
  }

  /// A bound socket that does not block; notes the port that the system chose.
  static func bind(
    _ address: inout SocketAddress,
    _ configuration: HTTPConfiguration,
    isShared: Bool
  ) throws(HTTPServerError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { throw failure(configuration) }
    var yes: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if isShared { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &yes, size) }
    let status = address.withPointer { address, length in
      let status = Glibc.bind(descriptor, address, length)
      return status == 0 ? getsockname(descriptor, address, &length) : status
    }
    guard status == 0 else {
      let error = failure(configuration)
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func failure(_ configuration: HTTPConfiguration) -> HTTPServerError {
    let code = errno
    var error = HTTPServerError(configuration, String(cString: strerror(code)))
    error.isInUse = code == EADDRINUSE
    return error
  }
}
