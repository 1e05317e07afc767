import JSON

extension Session {
  private static let roleVariable = "x-hasura-role"

  /// The role and the variables, as functions with a session argument and triggers get them.
  var json: JSONObject {
    var object = JSONObject([JSONObject.Member(key: Self.roleVariable, value: .string(role))])
    for variable in variables where variable.name != Self.roleVariable {
      object[variable.name] = .string(variable.value)
    }
    return object
  }

  /// The text of a variable that a permission needs.
  func text(of name: String) throws(RequestFailure) -> [UInt8] {
    if let variable = variables.first(where: { $0.name == name }) {
      return Array(variable.value.utf8)
    }
    if name == Self.roleVariable { return Array(role.utf8) }
    throw RequestFailure(
      HasuraError(.notFound, "missing session variable: \"\(name)\""),
      .execution
    )
  }
}
