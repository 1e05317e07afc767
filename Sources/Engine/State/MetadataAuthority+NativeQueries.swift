import Catalog
import JSON
import Metadata
import PostgresClient
import SQLCompiler

extension MetadataAuthority {
  /// Has the database plan a native query, so that one that it does not understand is refused.
  ///
  /// Nothing is run. What is wrong with the metadata is told by whoever applies the command.
  func validate(
    _ query: NativeQuery,
    in name: String,
    at path: JSONPath
  ) async throws(HasuraError) {
    guard let current = snapshots.current, let catalog = current.context.catalogs[name],
      let model = query.inlineModel
        ?? current.metadata.source(named: name)?.logicalModels
        .first(where: { $0.name == query.model }),
      let parts = try? query.parts()
    else { return }
    var code = ""
    for part in parts {
      switch part {
      case .text(let text): code += text
      case .argument(let index):
        guard let type = catalog.type(namedInModels: query.arguments[index].type) else { return }
        code += "$\(index + 1)::\(catalog[type].sqlName)"
      }
    }
    let columns = model.fields.filter { $0.scalar != nil }
      .map { "q." + $0.name.quotedSQLIdentifier }.joined(separator: ", ")
    // Arguments that the code does not use have no type otherwise.
    var used = "select true"
    for (index, argument) in query.arguments.enumerated() {
      guard let type = catalog.type(namedInModels: argument.type) else { return }
      used += ", $\(index + 1)::\(catalog[type].sqlName)"
    }
    let pool = try pool(ofSource: name)
    var parameters = Parameters()
    for _ in query.arguments { parameters.appendNull() }
    do {
      _ = try await pool.execute(
        QueryBatch(
          PreparedQuery("explain with u as (\(used)) select \(columns) from (\(code)\n) as q"),
          parameters
        ),
        access: .read
      )
    } catch {
      let cause = HasuraError(error)
      throw HasuraError(
        .validationFailed,
        "Failed to validate query",
        path: path.key("args").description,
        internal: cause.internal ?? .string(cause.message)
      )
    }
  }
}
