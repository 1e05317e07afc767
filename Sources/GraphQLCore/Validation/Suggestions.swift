/// Names like a misspelt one, for messages that ask whether they were meant.
///
/// Only where the caller wants them: they tell what a schema holds.
enum Suggestions {
  /// The options that are near enough to a name, the nearest first.
  static func near(_ name: String, among options: [String]) -> [String] {
    let threshold = name.unicodeScalars.count * 2 / 5 + 1
    let wanted = LexicalDistance(name)
    var found: [(distance: Int, option: String)] = []
    for option in options {
      guard let distance = wanted.measure(option, threshold: threshold) else { continue }
      found.append((distance, option))
    }
    found.sort { left, right in
      left.distance != right.distance
        ? left.distance < right.distance : naturallyPrecedes(left.option, right.option)
    }
    return found.map(\.option)
  }

  /// ` Did you mean "a", "b", or "c"?`, at most five; empty without options.
  static func text(_ options: [String], kind: String = "") -> String {
    guard !options.isEmpty else { return "" }
    return " Did you mean \(kind)\(list(options.prefix(5).map { "\"\($0)\"" }, "or"))?"
  }

  /// `a`, `a or b`, `a, b, or c`.
  static func list(_ items: [String], _ conjunction: String) -> String {
    guard items.count > 2, let last = items.last else {
      return items.joined(separator: " \(conjunction) ")
    }
    return items.dropLast().joined(separator: ", ") + ", \(conjunction) \(last)"
  }

  /// The order in which a number within a name counts as one character.
  static func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
    naturalOrder(Array(left.utf8), Array(right.utf8)) < 0
  }

  private static func naturalOrder(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var (leftIndex, rightIndex) = (0, 0)
    while leftIndex < left.count, rightIndex < right.count {
      let (first, second) = (left[leftIndex], right[rightIndex])
      if first.isDigit, second.isDigit {
        let leftNumber = number(left, &leftIndex)
        let rightNumber = number(right, &rightIndex)
        if leftNumber.count != rightNumber.count { return leftNumber.count - rightNumber.count }
        for (one, other) in zip(leftNumber, rightNumber) where one != other {
          return Int(one) - Int(other)
        }
      } else {
        if first != second { return Int(first) - Int(second) }
        leftIndex += 1
        rightIndex += 1
      }
    }
    return (left.count - leftIndex) - (right.count - rightIndex)
  }

  /// The digits from here on, without leading zeros.
  private static func number(_ text: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
    while index < text.count, text[index] == UInt8(ascii: "0") { index += 1 }
    let start = index
    while index < text.count, text[index].isDigit { index += 1 }
    return text[start..<index]
  }
}

/// How many edits lead from one name to another: insertions, deletions, substitutions and swaps of
/// neighbours; a change of case alone counts as one.
struct LexicalDistance {
  private let name: String
  private let lowercase: [UInt8]

  init(_ name: String) {
    self.name = name
    lowercase = name.utf8.map(\.lowercased)
  }

  /// The distance, if it is not above the threshold.
  func measure(_ option: String, threshold: Int) -> Int? {
    if name.utf8.elementsEqual(option.utf8) { return 0 }
    let other = option.utf8.map(\.lowercased)
    if lowercase == other { return 1 }
    let (long, short) = other.count < lowercase.count ? (lowercase, other) : (other, lowercase)
    guard long.count - short.count <= threshold else { return nil }
    return distance(long, short, threshold)
  }

  private func distance(_ long: [UInt8], _ short: [UInt8], _ threshold: Int) -> Int? {
    var beforeLast = [Int](repeating: 0, count: short.count + 1)
    var last = Array(0...short.count)
    for row in 1...max(1, long.count) where row <= long.count {
      var current = [row]
      var smallest = row
      for column in 1..<short.count + 1 {
        let isSame = long[row - 1] == short[column - 1]
        var cell = min(
          last[column] + 1,
          current[column - 1] + 1,
          last[column - 1] + (isSame ? 0 : 1)
        )
        if row > 1, column > 1, long[row - 1] == short[column - 2],
          long[row - 2] == short[column - 1]
        {
          cell = min(cell, beforeLast[column - 2] + 1)
        }
        smallest = min(smallest, cell)
        current.append(cell)
      }
      if smallest > threshold { return nil }
      (beforeLast, last) = (last, current)
    }
    let distance = last[short.count]
    return distance <= threshold ? distance : nil
  }
}

extension UInt8 {
  fileprivate var lowercased: UInt8 {
    self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self
  }
}
