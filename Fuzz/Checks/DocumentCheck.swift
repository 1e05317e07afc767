import GraphQLCore

/// Documents out of any bytes: what is printed has the same tokens, and limits hold exactly.
///
/// The lexer serves as the second reading: layout and the kinds of quotes are all that printing may
/// change.
enum DocumentCheck {
  static func run(_ bytes: [UInt8]) {
    // The first byte says how strict the limits are.
    guard let first = bytes.first else { return }
    let source = Array(bytes.dropFirst())
    let limits = ParserLimits(
      maximumTokens: 40 * Int(first) + 1,
      maximumDepth: 1 + Int(first % 64),
      maximumBytes: 1 << 14
    )
    do throws(SyntaxError) {
      let document = try Document(parsing: source, limits: limits)
      let tokens = significant(source)
      precondition(tokens.count <= limits.maximumTokens, "more tokens than allowed")
      // The braces of a type's fields do not nest; selections, values and list types do.
      precondition(nesting(tokens) <= limits.maximumDepth + 1, "deeper than allowed")
      checkPrinted(document, tokens)
    } catch {
      checkRefusal(error, source, limits)
    }
    for entry in [Document.Entry.value, .constValue, .type] {
      guard let document = try? Document(parsing: source, as: entry, limits: limits) else {
        continue
      }
      let again = parsed(document.printed(), as: entry)
      precondition(again.printed() == document.printed(), "a value is printed otherwise")
    }
  }

  private static func checkPrinted(_ document: Document, _ tokens: [String]) {
    let text = document.printed()
    do throws(SyntaxError) {
      let again = try Document(parsing: Array(text.utf8), limits: .trusted)
      precondition(again.printed() == text, "printed again, it is another text")
      precondition(significant(Array(text.utf8)) == tokens, "other tokens are printed")
    } catch {
      preconditionFailure("what is printed does not parse: \(error)")
    }
  }

  private static func checkRefusal(
    _ error: SyntaxError,
    _ source: [UInt8],
    _ limits: ParserLimits
  ) {
    precondition(error.offset <= source.count, "the error is outside the text")
    precondition(error.location.line >= 1 && error.location.column >= 1, "no such place")
    switch error.reason {
    case .tooLong: precondition(source.count > limits.maximumBytes, "it is not too long")
    case .invalidUTF8:
      precondition(String(validating: source, as: UTF8.self) == nil, "it is valid UTF-8")
    default: break
    }
  }

  private static func parsed(_ text: String, as entry: Document.Entry) -> Document {
    do throws(SyntaxError) {
      return try Document(parsing: Array(text.utf8), as: entry, limits: .trusted)
    } catch {
      preconditionFailure("what is printed does not parse: \(error)")
    }
  }

  // MARK: - The second reading

  /// The tokens but for those that may be left out or added: the first `&` or `|` of a list, and
  /// the keyword of a query that has nothing else before its selections.
  private static func significant(_ source: [UInt8]) -> [String] {
    guard let list = try? TokenList(of: source) else {
      preconditionFailure("it parses, but has no tokens")
    }
    var tokens: [String] = []
    for token in list.tokens.dropLast() where token.kind != "&" && token.kind != "|" {
      if token.kind == "{", tokens.last == "Name query" { tokens.removeLast() }
      // A block string has the value of a string.
      let kind = token.kind == "BlockString" ? "String" : token.kind
      tokens.append(token.value.map { "\(kind) \($0)" } ?? kind)
    }
    return tokens
  }

  private static func nesting(_ tokens: [String]) -> Int {
    var depth = 0
    var deepest = 0
    for token in tokens {
      switch token {
      case "{", "[":
        depth += 1
        deepest = max(deepest, depth)
      case "}", "]": depth -= 1
      default: break
      }
    }
    return deepest
  }
}
