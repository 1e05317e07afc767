/// The operators that compare a column in the language of permissions (spec/hasura.md §4, §7).
package enum ComparisonNames {
  /// Those that compare with a value, as GraphQL spells them.
  private static let values: Set<String> = [
    "_eq", "_neq", "_gt", "_gte", "_lt", "_lte", "_in", "_nin", "_is_null", "_like", "_nlike",
    "_ilike", "_nilike", "_similar", "_nsimilar", "_regex", "_nregex", "_iregex", "_niregex",
    "_contains", "_contained_in", "_has_key", "_has_keys_any", "_has_keys_all",
    "_jsonb_path_exists", "_jsonb_path_match", "_ancestor", "_ancestor_any", "_descendant",
    "_descendant_any", "_matches", "_matches_any", "_matches_fulltext", "_st_contains",
    "_st_crosses", "_st_equals", "_st_intersects", "_st_3d_intersects", "_st_overlaps",
    "_st_touches", "_st_within", "_st_d_within", "_st_3d_d_within", "_st_intersects_rast",
    "_st_intersects_nband_geom", "_st_intersects_geom_nband",
  ]

  /// Those that compare with another column.
  private static let columns: Set<String> = [
    "_ceq", "_cne", "_cneq", "_cgt", "_clt", "_cgte", "_clte",
  ]

  /// Whether there is an operator of the name; each has a spelling with `$` too.
  package static func isKnown(_ name: String) -> Bool {
    guard let normal = normalized(name) else { return false }
    return values.contains(normal) || columns.contains(normal) || normal == "_cast"
      || normal == "_ne"
  }

  static func comparesColumns(_ name: String) -> Bool {
    normalized(name).map(columns.contains) ?? false
  }

  private static func normalized(_ name: String) -> String? {
    guard name.hasPrefix("_") || name.hasPrefix("$") else { return nil }
    return "_" + name.dropFirst()
  }
}
