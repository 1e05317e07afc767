/// What statements read, taken from their text.
///
/// The compiler writes every relation and every function as `"schema"."name"`, so that none can be
/// missed. A type of that form may be taken for a relation, which costs nothing: no change of it
/// will ever come.
struct TableReads: Hashable, Sendable {
  /// Quoted and qualified: `"public"."bars"`.
  private(set) var relations: Set<String> = []
  /// Whether a function is called, whose answer may depend on anything.
  private(set) var callsFunctions = false

  init(of statements: [String]) {
    for statement in statements { scan(Array(statement.utf8)) }
  }

  private mutating func scan(_ text: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    var index = 0
    var schema: Range<Int>?
    while index < text.count {
      if text[index] == UInt8(ascii: "'") {
        index = Self.end(ofQuoted: text, from: index)
        schema = nil
        continue
      }
      guard text[index] == quote else {
        if text[index] != UInt8(ascii: ".") { schema = nil }
        index += 1
        continue
      }
      let end = Self.end(ofQuoted: text, from: index)
      if let first = schema {
        let name = String(decoding: text[first.lowerBound..<end], as: UTF8.self)
        if end < text.count, text[end] == UInt8(ascii: "(") {
          callsFunctions = true
        } else {
          relations.insert(name)
        }
        schema = nil
      } else {
        schema = end < text.count && text[end] == UInt8(ascii: ".") ? index..<end : nil
      }
      index = end
    }
  }

  /// Behind the quote that ends what one begins; a doubled quote is part of it.
  private static func end(ofQuoted text: [UInt8], from start: Int) -> Int {
    let quote = text[start]
    var index = start + 1
    while index < text.count {
      if text[index] == quote {
        guard index + 1 < text.count, text[index + 1] == quote else { return index + 1 }
        index += 1
      }
      index += 1
    }
    return text.count
  }
}
