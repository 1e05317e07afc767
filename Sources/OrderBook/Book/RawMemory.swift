extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  /// Moves what is here to a larger piece of memory.
  mutating func grow(from count: Int, to capacity: Int) {
    let new = Self.allocate(capacity: capacity)
    new.update(from: self, count: count)
    deallocate()
    self = new
  }
}
