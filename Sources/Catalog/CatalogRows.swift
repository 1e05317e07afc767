/// The rows that ``Catalog/query`` has answered with, wherever they are kept.
package protocol CatalogRows {
  var count: Int { get }

  /// The text of a cell; nil for NULL.
  func text(_ row: Int, _ cell: CatalogCell) -> String?

  /// The number in a cell; nil for NULL and for what is none.
  func number(_ row: Int, _ cell: CatalogCell) -> Int?

  /// The first byte of a cell; nil for NULL and where there is none.
  func byte(_ row: Int, _ cell: CatalogCell) -> UInt8?
}

extension CatalogRows {
  package func byte(_ row: Int, _ cell: CatalogCell) -> UInt8? {
    text(row, cell)?.utf8.first
  }

  package func number(_ row: Int, _ cell: CatalogCell) -> Int? {
    text(row, cell).flatMap { Int($0) }
  }
}

/// A column of what ``Catalog/query`` answers with.
package enum CatalogCell: Int, CaseIterable, Sendable {
  case kind
  /// The oid of what the row is about: a table's for its columns and keys, a type's for its labels.
  case object
  /// The oid of something else: a type, an index, a schema.
  case other
  case number
  case first
  case second
  case tag
  case category
  case name
  case text
  case more
}

/// What a row of ``Catalog/query`` tells of.
enum CatalogRowKind: Character, CaseIterable {
  case schema = "n"
  case type = "y"
  /// What a domain is made of, and its default.
  case domain = "b"
  /// The relation of a composite type.
  case composite = "w"
  case enumLabel = "l"
  case table = "r"
  /// A relation that cannot be tracked and that a foreign key refers to.
  case hidden = "h"
  case column = "a"
  /// A column of a hidden relation.
  case hiddenColumn = "m"
  case expression = "e"
  case comment = "d"
  case key = "k"
  case foreignKey = "f"
  case function = "p"
  case argument = "q"

  /// The kinds by the byte that stands for them.
  static let byByte: [CatalogRowKind?] = (0...UInt8.max).map { byte in
    allCases.first { $0.rawValue.asciiValue == byte }
  }
}
