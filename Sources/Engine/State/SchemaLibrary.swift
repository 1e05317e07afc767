import Catalog
import GraphQLCore
import Metadata
import Synchronization

/// Keeps the schema of the administrators for as long as nothing that it is made of has changed.
///
/// It depends on no permission, so that a change of permissions, roles, endpoints or saved queries
/// costs no build of it: over the platform's tables that is most of what such a change would cost.
final class SchemaLibrary: Sendable {
  private struct Entry {
    var sources: [SchemaSource]
    var actions: ActionSet
    var seed: SchemaSeed
  }

  let options: SchemaOptions
  let natives: [NativeField]
  /// What was built last, and what before: a command that is refused goes back to that.
  private let entries = Mutex<[Entry]>([])
  private static let capacity = 2

  init(options: SchemaOptions, natives: [NativeField] = []) {
    self.options = options
    self.natives = natives
  }

  /// The schema of sources in which everything holds.
  func adminSchema(
    _ sources: [SchemaSource],
    _ actions: ActionSet = ActionSet()
  ) throws(SchemaError) -> RoleSchema {
    let sources = sources.map(\.withoutPermissions)
    let known = entries.withLock { entries in
      entries.first { $0.sources == sources && $0.actions == actions }
    }
    if let known { return known.seed.schema }
    let builder = RoleSchemaBuilder(
      sources: sources,
      options: options,
      natives: natives,
      actions: actions
    )
    let extended = try extended(by: builder)
    let seed = if let extended { extended } else { try builder.buildSeed() }
    let entry = Entry(sources: sources, actions: actions, seed: seed)
    entries.withLock { entries in
      entries.insert(entry, at: 0)
      if entries.count > Self.capacity { entries.removeLast() }
    }
    return seed.schema
  }

  /// The schema as what one of those that are kept becomes, the latest of them first.
  private func extended(by builder: RoleSchemaBuilder) throws(SchemaError) -> SchemaSeed? {
    for entry in entries.withLock({ $0 }) {
      if let seed = try builder.extend(entry.seed) { return seed }
    }
    return nil
  }
}

extension SchemaSource {
  fileprivate var withoutPermissions: SchemaSource {
    var reduced = self
    reduced.source = source.withoutPermissions
    return reduced
  }
}

extension Source {
  fileprivate var withoutPermissions: Source {
    var source = self
    for index in source.tables.indices where source.tables[index].hasPermissions {
      source.tables[index] = source.tables[index].withoutPermissions
    }
    for index in source.functions.indices { source.functions[index].permittedRoles = [] }
    return source
  }
}

extension SchemaLibrary: QueryInspector {
  func outline(of text: String) -> QueryOutline {
    do throws(SyntaxError) {
      let document = try Document(parsing: text)
      return .document(
        operations: document.operationKinds.map { kind in
          switch kind {
          case .query: .query
          case .mutation: .mutation
          case .subscription: .subscription
          }
        },
        definitions: document.definitionCount
      )
    } catch {
      return .unreadable(HasuraError(error).message)
    }
  }

  func problems(
    of texts: [String],
    in metadata: Metadata,
    _ context: DatabaseContext
  ) -> [[String]] {
    let none = texts.map { _ in [String]() }
    // A schema that cannot be built is told by whoever publishes it.
    let sources = SchemaSource.all(of: metadata, in: context)
    guard let schema = try? adminSchema(sources, ActionSet(metadata)).schema else { return none }
    return texts.map { text in
      do throws(SyntaxError) {
        return QueryDiagnosis(try Document(parsing: text), in: schema).problems
      } catch {
        return [HasuraError(error).message]
      }
    }
  }
}
