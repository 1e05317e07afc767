import GraphQLCore
import JSON

/// Resolves fields from JSON: an object's field is the member of its response name.
///
/// Two objects are special: `{"$error": "text"}` fails, `{"$echo": "args"}` is the field's arguments
/// as text.
struct DataResolver: FieldResolver {
  let schema: Schema

  func resolve(_ request: ResolverRequest, of object: JSONValue) async -> ResolvedValue<JSONValue> {
    let type = schema[request.field].type
    return value(object[request.responseName] ?? .null, as: type, request)
  }

  func typeName(of object: JSONValue) -> String? { object["__typename"]?.string }

  private func value(
    _ json: JSONValue,
    as type: TypeReference,
    _ request: ResolverRequest
  ) -> ResolvedValue<JSONValue> {
    if let message = json["$error"]?.string { return .failure(message) }
    if json["$echo"] != nil { return .leaf(.string(echo(request.arguments))) }
    switch json {
    case .null: return .null
    case .array(let items) where type.isList:
      return .list(items.map { value($0, as: type.item ?? type, request) })
    default:
      let isLeaf = type.isList || schema[type.type].kind.isLeaf
      return isLeaf ? .leaf(json) : .object(json)
    }
  }

  /// The arguments as JSON with sorted keys, whole numbers without fraction.
  private func echo(_ arguments: [ArgumentValue]) -> String {
    var object = JSONObject()
    for argument in arguments {
      object.append(schema[argument.id].name, argument.value.json(in: schema))
    }
    return normalized(.object(object)).text
  }

  private func normalized(_ json: JSONValue) -> JSONValue {
    switch json {
    case .array(let items): return .array(items.map { normalized($0) })
    case .object(let object):
      let members = object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return .object(
        JSONObject(
          members.map { JSONObject.Member(key: $0.key, value: normalized($0.value)) }
        )
      )
    case .number(let number):
      guard number.int == nil, let double = number.double else { return json }
      if let whole = Int(exactly: double) { return .number(JSONNumber(whole)) }
      return JSONNumber("\(double)").map { .number($0) } ?? json
    default: return json
    }
  }
}
