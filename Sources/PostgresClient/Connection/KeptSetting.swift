/// What a session of PostgreSQL's still has of the setting of the last batch.
///
/// Many batches in a row are of few sessions of ours: the setting stays on the connection, and goes
/// to the server again only where another batch wants another value, or none. Batches of one
/// connection all mean one setting by its name.
struct KeptSetting: Hashable {
  /// As it was sent; nil while none ever was.
  private var last: SessionSetting?
  /// Whether the server has it so: a batch that fails undoes what it has set.
  private var isCertain = true

  /// What an earlier batch was to see and nobody else may, emptied; nil where nothing is left of it.
  var remains: SessionSetting? {
    guard let last, !isCertain || !last.isEmpty else { return nil }
    return last.emptied
  }

  /// What is to be set before a batch that is to see `wanted`, or nothing where that is nil; nil where
  /// the server has it so.
  ///
  /// Counts as set from now on.
  mutating func change(to wanted: SessionSetting?) -> SessionSetting? {
    // PostgreSQL cannot forget a setting; empty is what it makes of a local one at the end.
    guard let wanted = wanted ?? last?.emptied else { return nil }
    if let last {
      precondition(last.name == wanted.name, "a connection keeps one setting")
      if isCertain, last == wanted { return nil }
    }
    last = wanted
    isCertain = true
    return wanted
  }

  /// A batch has failed, and with it what it had set, if it had.
  mutating func batchFailed() {
    isCertain = false
  }
}
