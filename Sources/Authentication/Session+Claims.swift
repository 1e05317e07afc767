import Engine
import JSON

extension Session {
  static let roleVariable = "x-hasura-role"

  /// A session whose variables say its role too, whatever they said of it before.
  init(role: String, claiming variables: [SessionVariable], expiresAt: Int? = nil) {
    var variables = variables
    variables.removeAll { $0.name.hasSameBytes(as: Session.roleVariable) }
    variables.append(SessionVariable(name: Session.roleVariable, value: role))
    self.init(role: role, variables)
    self.expiresAt = expiresAt
  }
}
