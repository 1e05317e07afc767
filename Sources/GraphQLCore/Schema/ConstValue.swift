/// A value as a document writes it, without variables: a default value of a schema.
package indirect enum ConstValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// The digits as they were written.
  case int(String)
  case float(String)
  case string(String)
  case enumValue(String)
  case list([ConstValue])
  case object([ConstField])
}

/// A field of a ``ConstValue/object(_:)``.
package struct ConstField: Hashable, Sendable {
  package let name: String
  package let value: ConstValue

  package init(name: String, value: ConstValue) {
    self.name = name
    self.value = value
  }
}
