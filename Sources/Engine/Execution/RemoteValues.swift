/// The JSON that the rows of a level get from another statement.
struct RemoteValues {
  private let firstRow: Int
  /// By row, from the first on: the number of its value, -1 for none.
  private let numbers: [Int32]
  private let bytes: [UInt8]
  /// By number.
  private let ranges: [Range<Int>]
  /// What stands where there is no value.
  private let absent: [UInt8]

  init(_ keys: RemoteKeys, _ bytes: [UInt8], _ ranges: [Range<Int>], absent: String) {
    firstRow = keys.firstRow
    numbers = keys.numbers
    self.bytes = bytes
    self.ranges = ranges
    self.absent = Array(absent.utf8)
  }

  /// Writes the value of a row; without a row there is none.
  func write(_ row: Int, to sink: inout ByteSink) {
    let place = row - firstRow
    let number = numbers.indices.contains(place) ? Int(numbers[place]) : -1
    guard ranges.indices.contains(number), !ranges[number].isEmpty else {
      return absent.withUnsafeBufferPointer { sink.write($0) }
    }
    bytes.withUnsafeBufferPointer { sink.write(UnsafeBufferPointer(rebasing: $0[ranges[number]])) }
  }
}
