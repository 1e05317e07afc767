/// On whose behalf a request is made.
struct Session: Hashable, Sendable {
  var role: String
  var variables: [SessionVariable]

  init(role: String, _ variables: [SessionVariable]) {
    self.role = role
    self.variables = variables
  }
}

struct SessionVariable: Hashable, Sendable {
  var name: String
  var value: String
}
