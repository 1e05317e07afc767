/// The quotient, rounded down.
func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
  let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
  return rest < 0 ? quotient - 1 : quotient
}

extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  /// Moves what is here to a larger piece of memory.
  mutating func grow(from count: Int, to capacity: Int) {
    let new = Self.allocate(capacity: capacity)
    new.update(from: self, count: count)
    deallocate()
    self = new
  }
}
