import JSON

extension MetadataEditor {
  mutating func bulk(
    _ mode: MetadataCommand.BulkMode,
    _ commands: [MetadataCommand],
    at path: JSONPath
  ) throws(MetadataError) -> JSONValue {
    let paths = commands.indices.map { path.key("args").index($0) }
    switch mode {
    case .bulk:
      var answers: [JSONValue] = []
      for (command, path) in zip(commands, paths) { answers.append(try apply(command, at: path)) }
      return .array(answers)
    case .keepGoing:
      var answers: [JSONValue] = []
      for (command, path) in zip(commands, paths) {
        do {
          answers.append(try apply(command, at: path))
        } catch {
          answers.append(error.encoded())
        }
      }
      return .array(answers)
    case .atomic: return try atomicBulk(Array(zip(commands, paths)))
    }
  }

  /// Checks what the commands have broken together, after the last one.
  private mutating func atomicBulk(
    _ commands: [(command: MetadataCommand, path: JSONPath)]
  ) throws(MetadataError) -> JSONValue {
    let old = consistency
    defersChecks = true
    for (command, path) in commands {
      guard command.isAllowedInAtomicBulk else {
        throw MetadataError(
          .unexpected,
          "Bulk atomic does not support this command",
          path: path.key("args").description
        )
      }
      _ = try apply(command, at: path)
    }
    defersChecks = false
    let new = Self.newInconsistencies(in: consistency, since: old)
    guard new.isEmpty else {
      throw failure(
        .badRequest,
        "Schema inconsistency",
        internal: .array(new.map { $0.encoded() })
      )
    }
    return Self.success
  }
}

extension MetadataCommand {
  fileprivate var isAllowedInAtomicBulk: Bool {
    switch self {
    case .createRelationship, .dropRelationship, .nativeQuery, .remoteRelationship(_, .delete): true
    default: false
    }
  }
}
