import JSON
import Metadata

/// What a role may read of a table: its own permission, or those of the roles that it inherits from.
///
/// Of several permissions each adds its rows; a value is shown where a permission that has its column
/// has the row too (Hasura's inherited roles).
struct EffectivePermission: Hashable {
  /// At least one.
  private let parts: [SelectPermission]

  /// Nil where there is none.
  init?(_ parts: [SelectPermission]) {
    guard !parts.isEmpty else { return nil }
    var distinct: [SelectPermission] = []
    for part in parts where !distinct.contains(part) { distinct.append(part) }
    self.parts = distinct
  }

  func shows(_ column: String) -> Bool {
    parts.contains { $0.columns.contains(column) }
  }

  func shows(computedField name: String) -> Bool {
    parts.contains { $0.computedFields.contains { $0.hasSameBytes(as: name) } }
  }

  /// Which rows, in the language of permissions; `{}` is all.
  var filter: JSONValue { Self.any(of: parts.map(\.filter)) }

  /// In which of the rows a column's values are shown; nil where in all of them.
  func redaction(of column: String) -> JSONValue? {
    redaction { $0.columns.contains(column) }
  }

  /// The same for a computed field.
  func redaction(ofComputedField name: String) -> JSONValue? {
    redaction { $0.computedFields.contains { $0.hasSameBytes(as: name) } }
  }

  private func redaction(_ isIncluded: (SelectPermission) -> Bool) -> JSONValue? {
    let showing = parts.filter(isIncluded)
    guard showing.count < parts.count else { return nil }
    let condition = Self.any(of: showing.map(\.filter))
    // Spelled out, for a JSON value can be written `nil` too, and that would be its null.
    return condition == [:] ? Optional.none : condition
  }

  /// Nil is without limit.
  var limit: Int? {
    var limit = 0
    for part in parts {
      guard let own = part.limit else { return nil }
      limit = max(limit, own)
    }
    return limit
  }

  var allowsAggregations: Bool { parts.contains(where: \.allowsAggregations) }

  /// Nil shows all root fields.
  var queryRootFields: [CustomRootFields.Key]? { rootFields(\.queryRootFields) }

  /// Nil shows all root fields.
  var subscriptionRootFields: [CustomRootFields.Key]? { rootFields(\.subscriptionRootFields) }

  private func rootFields(
    _ path: KeyPath<SelectPermission, [CustomRootFields.Key]?>
  ) -> [CustomRootFields.Key]? {
    var fields: [CustomRootFields.Key] = []
    for part in parts {
      guard let own = part[keyPath: path] else { return nil }
      for field in own where !fields.contains(field) { fields.append(field) }
    }
    return fields
  }

  /// The condition that one of several holds.
  private static func any(of conditions: [JSONValue]) -> JSONValue {
    if conditions.contains([:]) { return [:] }
    if conditions.count == 1 { return conditions[0] }
    return .object(JSONObject([JSONObject.Member(key: "_or", value: .array(conditions))]))
  }
}
