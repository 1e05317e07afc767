extension String {
  /// Whether the text is a name that a schema may define: §2.1.9, and not `__…`, which is reserved.
  var isGraphQLName: Bool {
    guard let first = utf8.first, isLetterOrUnderscore(first), !hasPrefix("__") else {
      return false
    }
    return utf8.allSatisfy {
      isLetterOrUnderscore($0) || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
    }
  }

  private func isLetterOrUnderscore(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_")
      || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
  }
}
