/// A setting that triggers, policies and functions may read while a batch runs, such as on whose
/// behalf it writes.
///
/// It may have any name that PostgreSQL takes for a setting of an extension: two words with a dot.
package struct SessionSetting: Sendable, Hashable {
  let name: String
  /// The name and the value, as ``SessionSetting/local`` and ``SessionSetting/lasting`` take them.
  let parameters: Parameters

  package init(_ name: String, _ value: [UInt8]) {
    self.name = name
    var parameters = Parameters()
    parameters.append(text: name)
    parameters.append(text: value)
    self.parameters = parameters
  }

  /// The same without a value.
  var emptied: SessionSetting { SessionSetting(name, []) }

  var isEmpty: Bool { self == emptied }

  /// Sets it until the transaction ends.
  static let local = PreparedQuery("select set_config($1, $2, true)")

  /// Sets it until it is set anew; when the transaction fails, it is what it was before.
  static let lasting = PreparedQuery("select set_config($1, $2, false)")
}
