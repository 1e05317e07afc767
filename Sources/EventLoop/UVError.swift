import CUV

/// An error of libuv: those of the system under numbers of its own.
package struct UVError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The number, which is negative.
  package let code: Int32

  package init(_ code: Int32) { self.code = code }

  /// The name, as `EADDRINUSE`.
  package var name: String { String(cString: uv_err_name(code)) }

  /// The meaning, as `address already in use`.
  package var message: String { String(cString: uv_strerror(code)) }

  package var description: String { "\(name): \(message)" }

  /// Throws what a call of libuv returned, if that is an error.
  package static func check(_ status: Int32) throws(UVError) {
    if status < 0 { throw UVError(status) }
  }
}
