import Catalog
import JSON

extension MetadataEditor {
  func suggestRelationships(
    in name: String,
    tables: [TableName]?,
    omitsTracked: Bool
  ) throws(MetadataError) -> JSONValue {
    let (source, catalog) = try source(name)
    let suggestions = RelationshipSuggestion.all(in: source, catalog: catalog)
      .filter { suggestion in
        let isAsked = tables?.contains(suggestion.table) ?? true
        return isAsked && !(omitsTracked && suggestion.isTracked(in: source, catalog: catalog))
      }
    return ["relationships": .array(suggestions.map { $0.encoded() })]
  }
}
