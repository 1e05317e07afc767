import GraphQLCore
import Metadata
import SQLCompiler

// Functions as root fields, and computed fields.
extension SchemaAssembly {
  /// The root fields of a function, for the root type that it is exposed in.
  mutating func rootFields(
    ofFunction index: Int
  ) throws(NameConflict) -> [(definition: FieldDefinition, binding: FieldBinding)] {
    do throws(NameConflict) {
      return try makeRootFields(ofFunction: index)
    } catch {
      throw NameConflict(table: error.table, function: index, name: error.name)
    }
  }

  private mutating func makeRootFields(
    ofFunction index: Int
  ) throws(NameConflict) -> [(definition: FieldDefinition, binding: FieldBinding)] {
    let function = functions[index]
    let table = function.table
    let input = try argumentsType(of: function)
    let row = try reference(to: .object, of: table)
    let quoted = function.name.quoted
    let returned = tables[table].displayName.inQuotes
    let isMutation = function.exposure == .mutation
    let kind = isMutation ? "VOLATILE function" : "function"
    var fields: [(definition: FieldDefinition, binding: FieldBinding)] = []
    fields.append(
      (
        FieldDefinition(
          name: function.fieldName,
          description: function.isNativeQuery
            ? function.comment
            : TableBinder.description(
              isMutation ? nil : function.comment,
              nil,
              "execute \(kind) \(quoted) which returns \(returned)"
            ),
          arguments: try arguments(of: function, input, field: function.fieldName),
          type: function.bound.returnsSet ? row.nonNull.list.nonNull : row
        ),
        .function(index)
      )
    )
    guard !isMutation, !function.isNativeQuery, tables[table].allowsAggregations else {
      return fields
    }
    fields.append(
      (
        FieldDefinition(
          name: function.aggregateName,
          description: "execute function \(quoted) and query aggregates on result of table type "
            + returned,
          arguments: try arguments(of: function, input, field: function.aggregateName),
          type: try reference(to: .aggregate, of: table).nonNull
        ),
        .functionAggregate(index)
      )
    )
    return fields
  }

  /// The arguments of a table's list, and `args` before them.
  private mutating func arguments(
    of function: VisibleFunction,
    _ input: TypeReference?,
    field: String
  ) throws(NameConflict) -> Range<Int> {
    guard let input else { return try selectArguments(of: function.table) }
    return try arguments(
      of: function.table,
      input,
      function.argumentsComment ?? "input parameters for function \(field.inQuotes)"
    )
  }

  private mutating func arguments(
    of table: Int,
    _ input: TypeReference,
    _ description: String
  ) throws(NameConflict) -> Range<Int> {
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(name: "args", description: description, type: input),
      .functionArguments
    )
    let others = try makeSelectArguments(of: table)
    for (definition, binding) in zip(others.definitions, others.bindings) {
      members.append(definition, binding)
    }
    return arguments(members)
  }

  mutating func argumentsType(
    of function: VisibleFunction
  ) throws(NameConflict) -> TypeReference? {
    if function.isNativeQuery {
      return try argumentsType(
        ofQuery: function.bound,
        function.arguments,
        function.argumentsName,
        function.argumentsComment,
        for: function.table
      )
    }
    return try argumentsType(
      function.argumentsName,
      function.arguments,
      of: function.bound,
      for: function.table
    )
  }

  /// The type of `args` of a native query, of its root field or of a relationship to it.
  ///
  /// Relationships of one name have one type, where they take the same.
  private mutating func argumentsType(
    ofQuery query: BoundFunction,
    _ arguments: [VisibleFunction.Argument],
    _ name: String,
    _ description: String?,
    for table: Int
  ) throws(NameConflict) -> TypeReference? {
    if let known = queryArguments[name], known.arguments == arguments { return known.type }
    let type = try argumentsType(name, arguments, of: query, for: table, description)
    if let type { queryArguments[name] = (arguments, type) }
    return type
  }

  /// The arguments of a relationship to a native query: what the query takes, and of a list what any list
  /// of its rows takes.
  mutating func arguments(
    of relationship: BoundRelationship,
    to query: Int,
    of table: Int
  ) throws(NameConflict) -> Range<Int> {
    let visible = tables[table]
    let description = "\(relationship.name) Native Query Arguments"
    let input = try argumentsType(
      ofQuery: visible.bound.queries[query],
      visible.queryArguments[query],
      visible.naming.type(relationship.nameParts("arguments")),
      description,
      for: table
    )
    if relationship.isArray {
      guard let input else { return try selectArguments(of: relationship.target) }
      return try arguments(of: relationship.target, input, description)
    }
    guard let input else { return 0..<0 }
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(name: "args", description: description, type: input),
      .functionArguments
    )
    return arguments(members)
  }

  /// The type of `args`; nil where a request has nothing to give.
  ///
  /// All members are nullable, since arguments of functions are; `args` itself is not where one has
  /// no default.
  private mutating func argumentsType(
    _ name: String,
    _ arguments: [VisibleFunction.Argument],
    of function: BoundFunction,
    for table: Int,
    _ description: String? = nil
  ) throws(NameConflict) -> TypeReference? {
    guard !arguments.isEmpty else { return nil }
    let id = try claim(name, for: table)
    var fields = Members<InputValueDefinition, InputBinding>()
    for argument in arguments {
      fields.append(
        InputValueDefinition(
          name: argument.name,
          description: argument.description,
          type: argument.isRequired
            ? try reference(to: argument.type, for: table).nonNull
            : try reference(to: argument.type, for: table)
        ),
        .functionArgument(argument.index)
      )
    }
    define(inputObject: id, description: description, fields.sorted)
    let isNeeded = arguments.contains { !function.arguments[$0.index].hasDefault }
    return isNeeded ? TypeReference(id).nonNull : TypeReference(id)
  }

  // MARK: - Computed fields

  mutating func appendComputedFields(
    of table: Int,
    to fields: inout Members<FieldDefinition, FieldBinding>
  ) throws(NameConflict) {
    let visible = tables[table]
    for field in visible.computedFields {
      let binding = FieldBinding.computedField(field.index)
      if let rows = field.rows {
        guard tables[rows].isVisible else { continue }
        let input = try computedArgumentsType(of: field, of: table)
        let description = visible.describesArguments(of: field)
        let arguments =
          if let input {
            try self.arguments(of: rows, input, description)
          } else {
            try selectArguments(of: rows)
          }
        fields.append(
          FieldDefinition(
            name: field.name,
            description: field.description,
            arguments: arguments,
            type: try reference(to: .object, of: rows).nonNull.list
          ),
          binding
        )
      } else if let type = field.type {
        fields.append(
          FieldDefinition(
            name: field.name,
            description: field.description,
            arguments: try valueArguments(of: field, of: table, takesPath: type.takesPath),
            type: try reference(to: type, for: table)
          ),
          binding
        )
      }
    }
  }

  /// The arguments of a computed field with one value: its own, and of JSON a path.
  mutating func valueArguments(
    of field: VisibleComputedField,
    of table: Int,
    takesPath: Bool
  ) throws(NameConflict) -> Range<Int> {
    guard let input = try computedArgumentsType(of: field, of: table) else {
      return takesPath ? makePathArgument() : 0..<0
    }
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "args",
        description: tables[table].describesArguments(of: field),
        type: input
      ),
      .functionArguments
    )
    if takesPath { members.append(Self.path, .jsonPath) }
    return arguments(members)
  }

  /// The type of `args` of a computed field, which the fields of aggregates share.
  private mutating func computedArgumentsType(
    of field: VisibleComputedField,
    of table: Int
  ) throws(NameConflict) -> TypeReference? {
    let visible = tables[table]
    let name = visible.naming.type(
      [SchemaNaming.Part(field.name)] + visible.nameParts + [SchemaNaming.Part("args")]
    )
    if let known = computedArguments[name] { return known }
    let type = try argumentsType(
      name,
      field.arguments,
      of: tables[table].bound.computedFields[field.index].function,
      for: table
    )
    computedArguments[name] = type
    return type
  }
}

extension VisibleTable {
  fileprivate func describesArguments(of field: VisibleComputedField) -> String {
    "input parameters for computed field \(field.name.inQuotes) defined on table "
      + displayName.inQuotes
  }
}
