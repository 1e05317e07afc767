import GraphQLCore
import Metadata
import SQLCompiler

// The root type of mutations, and what its fields answer.
extension SchemaAssembly {
  /// Defines `mutation_root`; nil where the role may write nothing.
  mutating func defineMutationRoot() throws(NameConflict) -> TypeID? {
    var root = RootFields(.mutation)
    for table in tables.indices { try addWritingFields(of: table, to: &root) }
    for index in functions.indices where functions[index].exposure == .mutation {
      let table = functions[index].table
      naming = tables[table].naming
      for field in try rootFields(ofFunction: index) {
        add(field, to: &root, of: table, function: functions[index].name)
      }
    }
    naming = SchemaNaming()
    for (field, binding) in try actionFields(of: .mutation) { root.add(field, binding) }
    for (field, binding) in try nativeFields(of: .mutation) { root.add(field, binding) }
    guard !root.isEmpty else { return nil }
    let id = try claimShared("mutation_root", for: 0)
    define(.mutation, id, try root.finish(in: &self))
    return id
  }

  /// Adds the fields that write into a table.
  mutating func addWritingFields(
    of table: Int,
    to root: inout RootFields
  ) throws(NameConflict) {
    guard !tables[table].writes.isEmpty else { return }
    naming = tables[table].naming
    for field in try mutationFields(of: table) { add(field, to: &root, of: table) }
  }

  private mutating func mutationFields(
    of table: Int
  ) throws(NameConflict) -> [(definition: FieldDefinition, binding: FieldBinding)] {
    let visible = tables[table]
    let quoted = visible.displayName.inQuotes
    var fields: [(definition: FieldDefinition, binding: FieldBinding)] = []
    func add(
      _ key: CustomRootFields.Key,
      _ description: String,
      _ arguments: Range<Int>,
      _ type: TypeReference,
      _ binding: FieldBinding
    ) {
      let field = FieldDefinition(
        name: visible.rootName(key),
        description: rootDescription(key, of: visible, description),
        arguments: arguments,
        type: type
      )
      fields.append((field, binding))
    }
    if visible.writes.insert != nil {
      add(
        .insert,
        "insert data into the table: \(quoted)",
        try makeInsertArguments(of: table, isOne: false),
        try reference(to: .mutationResponse, of: table),
        .insert(table: table)
      )
      if visible.isVisible {
        add(
          .insertOne,
          "insert a single row into the table: \(quoted)",
          try makeInsertArguments(of: table, isOne: true),
          try reference(to: .object, of: table),
          .insertOne(table: table)
        )
      }
    }
    if visible.writes.update != nil, !changes(of: table).isEmpty {
      add(
        .update,
        "update data of the table: \(quoted)",
        arguments(try changeMembers(of: table, filtered: .condition).sorted),
        try reference(to: .mutationResponse, of: table),
        .update(table: table)
      )
      if visible.isVisible, visible.primaryKeyColumns != nil {
        add(
          .updateByPrimaryKey,
          "update single row of the table: \(quoted)",
          arguments(try changeMembers(of: table, filtered: .key).sorted),
          try reference(to: .object, of: table),
          .updateByPrimaryKey(table: table)
        )
      }
      add(
        .updateMany,
        "update multiples rows of table: \(quoted)",
        try makeUpdatesArgument(of: table),
        try reference(to: .mutationResponse, of: table).list,
        .updateMany(table: table)
      )
    }
    if visible.writes.delete != nil {
      add(
        .delete,
        "delete data from the table: \(quoted)",
        try makeDeleteArguments(of: table),
        try reference(to: .mutationResponse, of: table),
        .delete(table: table)
      )
      if visible.isVisible, let key = visible.primaryKeyColumns {
        add(
          .deleteByPrimaryKey,
          "delete single row from the table: \(quoted)",
          try makeKeyArguments(key, of: table, isConditional: true),
          try reference(to: .object, of: table),
          .deleteByPrimaryKey(table: table)
        )
      }
    }
    return fields
  }

  // MARK: - Arguments

  private mutating func makeInsertArguments(
    of table: Int,
    isOne: Bool
  ) throws(NameConflict) -> Range<Int> {
    var members = Members<InputValueDefinition, InputBinding>()
    let input = try reference(to: .insertInput, of: table).nonNull
    members.append(
      InputValueDefinition(
        name: isOne ? "object" : "objects",
        description: isOne ? "the row to be inserted" : "the rows to be inserted",
        type: isOne ? input : input.list.nonNull
      ),
      isOne ? .insertObject : .insertObjects
    )
    try appendConflict(of: table, to: &members)
    return arguments(members)
  }

  /// `on_conflict`, where the table has a constraint that there could be a conflict with.
  mutating func appendConflict(
    of table: Int,
    to members: inout Members<InputValueDefinition, InputBinding>
  ) throws(NameConflict) {
    guard !tables[table].writes.namedConstraints.isEmpty else { return }
    members.append(
      InputValueDefinition(
        name: "on_conflict",
        description: "upsert condition",
        type: try reference(to: .onConflict, of: table)
      ),
      .onConflict
    )
  }

  private mutating func makeUpdatesArgument(of table: Int) throws(NameConflict) -> Range<Int> {
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "updates",
        description: "updates to execute, in order",
        type: try reference(to: .updates, of: table).nonNull.list.nonNull
      ),
      .updates
    )
    return arguments(members)
  }

  private mutating func makeDeleteArguments(of table: Int) throws(NameConflict) -> Range<Int> {
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "where",
        description: "filter the rows which have to be deleted",
        type: try reference(to: .boolExp, of: table).nonNull
      ),
      .whereArgument
    )
    return arguments(members)
  }

  // MARK: - Answers

  mutating func defineMutationResponse(of table: Int, _ id: TypeID) throws(NameConflict) {
    let visible = tables[table]
    var fields = Members<FieldDefinition, FieldBinding>()
    fields.append(
      FieldDefinition(
        name: "affected_rows",
        description: "number of rows affected by the mutation",
        type: TypeReference(.int).nonNull
      ),
      .affectedRows
    )
    if visible.isVisible {
      fields.append(
        FieldDefinition(
          name: "returning",
          description: "data from the rows affected by the mutation",
          type: try reference(to: .object, of: table).nonNull.list.nonNull
        ),
        .returning
      )
    }
    define(
      object: id,
      description: "response of any mutation on the table \(visible.displayName.inQuotes)",
      fields
    )
  }
}
