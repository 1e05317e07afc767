/// A snapshot as a loop answers by it.
///
/// A class, so that a request counts one reference and not one for each of its parts.
final class PublishedSnapshot: Sendable {
  let value: EngineSnapshot

  init(_ value: EngineSnapshot) {
    self.value = value
  }
}
