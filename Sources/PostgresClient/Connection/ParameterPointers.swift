/// The list of pointers that libpq wants for a statement's parameters, reused for every statement.
struct ParameterPointers: ~Copyable {
  private var list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: 16)
  private var capacity = 16

  deinit { list.deallocate() }

  /// Fills the list for some parameters and lends it.
  mutating func with<R>(
    _ parameters: Parameters,
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    if parameters.count > capacity {
      list.deallocate()
      capacity = parameters.count
      list = .allocate(capacity: capacity)
    }
    return parameters.withPointers(list) { body(list) }
  }
}
