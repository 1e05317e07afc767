/// How a column's text, as PostgreSQL sends it, becomes JSON.
///
/// The outcome is what `row_to_json` would have written, without asking PostgreSQL to write it.
package enum ValueEncoding: UInt8, Hashable, Sendable {
  /// The text is a JSON number: integers. Copied digit for digit.
  case number
  /// The text is a JSON number, or `NaN`, `Infinity` or `-Infinity`, which become strings.
  case numberOrSpecial
  /// `t` or `f`.
  case boolean
  /// A string whose text never needs an escape: uuids, dates, intervals, stringified numbers.
  case plainString
  /// A string of any text.
  case string
  /// Selected as `upper(…)`, a string of any text.
  case upperString
  /// `2024-02-29 12:00:00.5`, whose first space becomes `T`; `infinity` has none.
  case timestamp
  /// As ``timestamp``, and the offset gets its minutes: `+00` becomes `+00:00`.
  case timestampWithTimeZone
  /// The text is JSON already: json, jsonb.
  case json
  /// Selected as `to_json(…)`, whose text is JSON: arrays, composites, types of unknown extensions.
  case viaToJSON
  /// Selected as `st_asgeojson(…, 15, 4)`, whose text is JSON: geometry and geography.
  case viaGeoJSON
}
