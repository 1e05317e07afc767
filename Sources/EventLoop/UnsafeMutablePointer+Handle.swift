package import CUV

extension UnsafeMutablePointer {
  /// A handle of libuv as what all handles begin with.
  package var asHandle: UnsafeMutablePointer<uv_handle_t> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_handle_t.self)
  }
}
