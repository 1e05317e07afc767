/// A column of the window, whatever its kind.
package enum GridField: Hashable, Sendable {
  /// The row's distance from the spot in ticks, upward.
  case row
  case column(GridColumn)
  case count(GridCount)
  case gold(GoldColumn)

  /// In the order in which they are listed and sent.
  package static let all: [GridField] =
    [.row] + GridColumn.allCases.map(GridField.column) + GridCount.allCases.map(GridField.count)
    + GoldColumn.allCases.map(GridField.gold)

  package init?(name: String) {
    guard let field = Self.all.first(where: { $0.name == name }) else { return nil }
    self = field
  }

  package var name: String {
    switch self {
    case .row: "k"
    case .column(let column): column.name
    case .count(let count): count.name
    case .gold(let column): column.name
    }
  }

  package var isGold: Bool {
    if case .gold = self { true } else { false }
  }
}
