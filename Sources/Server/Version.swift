/// The versions that the server gives for itself.
enum Version {
  static let apus = "0.1.0"
  /// The Hasura that the server stands in for: clients switch their features by it.
  static let hasura = "v2.48.0"
}
