extension ExactDecimal {
  /// A number as it is shown to people: `34.900%`, `-$468.54`, `$-3.44`, `4.49 %`, `€1,234.50`.
  ///
  /// A percentage becomes the fraction that it means. Nil where the text holds no number, such as
  /// an empty one or `N/A`, and where something other than a percent sign follows it.
  package init?(displayed text: String) {
    let characters = Array(text)
    guard
      let start = characters.firstIndex(where: { $0.isASCIIDigit || $0 == "." }),
      let end = characters.lastIndex(where: { $0.isASCIIDigit })
    else { return nil }
    guard start <= end else { return nil }
    let suffix = characters[(end + 1)...].filter { !$0.isWhitespace }
    guard suffix.isEmpty || suffix == ["%"] else { return nil }
    let number = String(characters[start...end].filter { $0 != "," })
    guard let value = ExactDecimal(number) else { return nil }
    // The symbol of a currency may be letters; a minus stands before it or behind it.
    let isNegative = characters[..<start].contains { $0 == "-" || $0 == "\u{2212}" }
    let signed = isNegative ? -value : value
    self = suffix.isEmpty ? signed : signed.percent
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
