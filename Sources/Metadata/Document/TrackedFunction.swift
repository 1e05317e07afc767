package import Catalog
package import JSON

/// A function that is a root field.
package struct TrackedFunction: Hashable, Sendable {
  package var function: FunctionName
  package var configuration: FunctionConfiguration
  /// The roles that may call it, where they are said one by one.
  package var permittedRoles: [String]
  /// Nil leaves the description of the field to the default.
  package var comment: String?
  /// Every other member.
  package var others: JSONObject

  package init(
    _ function: FunctionName,
    configuration: FunctionConfiguration = FunctionConfiguration(),
    permittedRoles: [String] = [],
    comment: String? = nil,
    others: JSONObject = JSONObject()
  ) {
    self.function = function
    self.configuration = configuration
    self.permittedRoles = permittedRoles
    self.comment = comment
    self.others = others
  }

  package func permits(_ role: String) -> Bool {
    permittedRoles.contains { $0.hasSameBytes(as: role) }
  }
}

/// How a tracked function is shown, and how it is called.
package struct FunctionConfiguration: Hashable, Sendable {
  /// The root type whose field it is.
  package enum Exposure: String, Hashable, Sendable {
    case query
    case mutation
  }

  package var customName: String?
  /// The name of the field that lists rows, where it is not the function's.
  package var functionField: String?
  /// The name of the field that aggregates rows.
  package var aggregateField: String?
  /// The argument that gets the session's variables instead of a value of the request.
  package var sessionArgument: String?
  /// Nil follows from the function's volatility.
  package var exposure: Exposure?
  /// Every other member, such as `response`.
  package var others: JSONObject

  package init(
    customName: String? = nil,
    functionField: String? = nil,
    aggregateField: String? = nil,
    sessionArgument: String? = nil,
    exposure: Exposure? = nil,
    others: JSONObject = JSONObject()
  ) {
    self.customName = customName
    self.functionField = functionField
    self.aggregateField = aggregateField
    self.sessionArgument = sessionArgument
    self.exposure = exposure
    self.others = others
  }

  package var isEmpty: Bool { self == FunctionConfiguration() }
}
