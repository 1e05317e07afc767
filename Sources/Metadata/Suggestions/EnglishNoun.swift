/// A table's name as an English noun, as far as table names need it.
struct EnglishNoun {
  /// Nouns that are the same for one and for many.
  private static let uncountable = ["performance", "sentiment", "ohlcv", "coverage", "health"]

  let text: String

  init(_ text: String) {
    self.text = text
  }

  var isPlural: Bool {
    text.hasSuffix("s") && !["ss", "us", "is", "ias"].contains { text.hasSuffix($0) }
  }

  private var isUncountable: Bool {
    Self.uncountable.contains { text == $0 || text.hasSuffix("_\($0)") }
  }

  var plural: String {
    if isPlural || isUncountable { return text }
    if text.hasSuffix("y"), let before = text.dropLast().last, !"aeiou".contains(before) {
      return text.dropLast() + "ies"
    }
    let takesE = ["s", "x", "z", "ch", "sh"].contains { text.hasSuffix($0) }
    return text + (takesE ? "es" : "s")
  }

  var singular: String {
    guard isPlural, !isUncountable else { return text }
    if text.hasSuffix("ies") { return text.dropLast(3) + "y" }
    if text.hasSuffix("ices") { return text.dropLast(4) + "ix" }
    let dropsE = ["sses", "tuses", "iases", "xes", "ches", "shes"].contains { text.hasSuffix($0) }
    return String(text.dropLast(dropsE ? 2 : 1))
  }
}
