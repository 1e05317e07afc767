import JSON
import Metadata

/// What is selected of the output of an action: first the rows that it needs, then its JSON.
struct ActionOutput {
  /// The rows of a relationship of one object.
  struct Need {
    var relationship: Int
    /// The texts of the values that the rows are found by.
    var keys: [[UInt8]]
  }

  private let request: ActionRequest
  private(set) var needs: [Need] = []
  /// The place of the next need, while the output is written.
  private var next = 0

  init(_ request: ActionRequest) {
    self.request = request
  }

  /// Notes what rows the objects of a value need, in the order in which they will be written.
  mutating func collect(_ value: JSONValue) { collect(value, request.selection) }

  private mutating func collect(_ value: JSONValue, _ selection: [ActionSelection]?) {
    guard let selection else { return }
    switch value {
    case .array(let elements):
      for element in elements { collect(element, selection) }
    case .object(let members):
      for selected in selection {
        switch selected.content {
        case .typename: break
        case .field(let name, let inner):
          if let value = members[name] { collect(value, inner) }
        case .relationship(let index):
          if let keys = keys(of: members, index) {
            needs.append(Need(relationship: index, keys: keys))
          }
        }
      }
    default: break
    }
  }

  /// Nil where one of the values is missing: then no row belongs to the object.
  private func keys(of members: JSONObject, _ index: Int) -> [[UInt8]]? {
    var keys: [[UInt8]] = []
    for pair in request.relationships[index].0.mapping {
      switch members[pair.field] {
      case nil, .null?: return nil
      case .string(let text)?: keys.append(Array(text.utf8))
      case .some(let value): keys.append(value.serialized)
      }
    }
    return keys
  }

  /// Writes the value; `rows` has the JSON of each need.
  mutating func write(_ value: JSONValue, _ rows: [[UInt8]], into writer: inout JSONWriter) {
    next = 0
    write(value, request.selection, rows, &writer)
  }

  private mutating func write(
    _ value: JSONValue,
    _ selection: [ActionSelection]?,
    _ rows: [[UInt8]],
    _ writer: inout JSONWriter
  ) {
    guard let selection else { return writer.value(value) }
    switch value {
    case .array(let elements):
      writer.beginArray()
      for element in elements { write(element, selection, rows, &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for selected in selection {
        writer.key(selected.key)
        switch selected.content {
        case .typename(let name): writer.string(name)
        case .field(let name, let inner): write(members[name] ?? .null, inner, rows, &writer)
        case .relationship(let index):
          if keys(of: members, index) != nil {
            let bytes = rows[next]
            writer.raw(bytes.span)
            next += 1
          } else if request.relationships[index].0.isArray {
            writer.beginArray()
            writer.endArray()
          } else {
            writer.null()
          }
        }
      }
      writer.endObject()
    default: writer.value(value)
    }
  }
}
