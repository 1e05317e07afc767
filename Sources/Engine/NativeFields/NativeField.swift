package import Catalog
package import JSON

/// A field of the root types that is written in Swift: its signature, and the function behind it.
///
/// The administrator sees all of them, another role those that an entry of `actions` in the metadata
/// permits it (``Metadata/Metadata/roles(ofAction:)``). A tracked table's or function's field of the
/// same name takes its place.
package struct NativeField: Sendable {
  package enum Root: Hashable, Sendable {
    case query, mutation, subscription
  }

  package enum Body: Sendable {
    /// The row of the result's table whose columns have the values of the arguments.
    ///
    /// By the name of the argument. As a field of subscriptions it is a live query.
    case lookUp([String: String])
    /// What it throws becomes the error of the request: a ``HasuraError`` as it is.
    case call(@Sendable (NativeCall) async throws -> NativeResult)
    /// For subscriptions: runs until it has no more to say, or until nobody listens.
    case stream(@Sendable (NativeCall, NativeSink) async throws -> Void)
  }

  package var name: String
  package var roots: Set<Root>
  package var description: String?
  package var arguments: [NativeArgument]
  package var result: NativeType
  /// Tables that have to be tracked for the field to be there, beside those of its result.
  package var requiredTables: [TableName]
  package var body: Body

  package init(
    _ name: String,
    of roots: Set<Root>,
    description: String? = nil,
    arguments: [NativeArgument] = [],
    returns result: NativeType,
    requires requiredTables: [TableName] = [],
    body: Body
  ) {
    self.name = name
    self.roots = roots
    self.description = description
    self.arguments = arguments
    self.result = result
    self.requiredTables = requiredTables
    self.body = body
  }
}

/// An argument of a ``NativeField``.
package struct NativeArgument: Sendable {
  package var name: String
  /// The GraphQL name of a scalar, such as `String`, `uuid`, `date`, `jsonb` or `numeric`.
  package var scalar: String
  /// The enum that it is of, in the place of a scalar; the function gets the names of its values.
  package var enumeration: NativeEnum?
  /// Whether it is a list of them.
  package var isList: Bool
  package var isRequired: Bool
  package var defaultValue: JSONValue?
  package var description: String?

  package static func required(
    _ name: String,
    _ scalar: String,
    isList: Bool = false,
    _ description: String? = nil
  ) -> Self {
    Self(
      name: name,
      scalar: scalar,
      isList: isList,
      isRequired: true,
      description: description
    )
  }

  package static func optional(
    _ name: String,
    _ scalar: String,
    isList: Bool = false,
    default defaultValue: JSONValue? = nil,
    _ description: String? = nil
  ) -> Self {
    Self(
      name: name,
      scalar: scalar,
      isList: isList,
      isRequired: false,
      defaultValue: defaultValue,
      description: description
    )
  }
}

extension NativeArgument {
  /// One value of an enum, or a list of them, which need not be given.
  package static func optional(
    _ name: String,
    _ enumeration: NativeEnum,
    isList: Bool = false,
    _ description: String? = nil
  ) -> Self {
    Self(
      name: name,
      scalar: enumeration.name,
      enumeration: enumeration,
      isList: isList,
      isRequired: false,
      description: description
    )
  }
}

/// An enum type of a ``NativeField``'s own; two of one name are one and the same.
package struct NativeEnum: Sendable {
  package var name: String
  package var description: String?
  package var values: [(name: String, description: String?)]

  package init(
    _ name: String,
    description: String? = nil,
    _ values: [(name: String, description: String?)]
  ) {
    self.name = name
    self.description = description
    self.values = values
  }
}

/// What a ``NativeField``, or a member of what it returns, is.
package indirect enum NativeType: Sendable {
  /// By its GraphQL name.
  case scalar(String)
  /// A row of a tracked table, with all that the caller may select of it.
  ///
  /// Only as the result of a field, alone or in a list; the row is null where the caller may not see it.
  case row(of: TableName)
  case object(NativeObject)
  /// The function gives the name of the value.
  case enumeration(NativeEnum)
  case list(NativeType)
  case nonNull(NativeType)
}

/// An object type of a ``NativeField``'s own; two of one name are one and the same.
package struct NativeObject: Sendable {
  package struct Member: Sendable {
    package var name: String
    package var type: NativeType
    package var description: String?

    package init(_ name: String, _ type: NativeType, _ description: String? = nil) {
      self.name = name
      self.type = type
      self.description = description
    }
  }

  package var name: String
  package var description: String?
  package var members: [Member]

  package init(_ name: String, description: String? = nil, _ members: [Member]) {
    self.name = name
    self.description = description
    self.members = members
  }
}

/// What the function behind a ``NativeField`` gives.
package enum NativeResult: Sendable {
  /// Of a row: the texts of its primary key's columns in their order; nil for none.
  case row([String]?)
  /// Of a list of rows, whose primary key has one column.
  case rows([String])
  /// Scalars and objects; members that are not selected are left out of the answer.
  case value(JSONValue)
  /// The JSON text of just what ``NativeCall/selection`` selects.
  case encoded([UInt8])
}

extension NativeType {
  /// The type without its non-null wrapper.
  var nullable: NativeType {
    if case .nonNull(let inner) = self { inner } else { self }
  }

  /// The type of a list's elements, or the type itself; without non-null wrappers.
  var element: NativeType {
    if case .list(let inner) = nullable { inner.nullable } else { nullable }
  }

  var isList: Bool {
    if case .list = nullable { true } else { false }
  }

  /// The table whose rows the type is about.
  var table: TableName? {
    if case .row(let table) = element { table } else { nil }
  }
}
