import Catalog
package import GraphQLCore
package import SQLCompiler

/// The GraphQL schema of one role, and what each part of it stands for in the database.
///
/// A class, so that a request counts one reference and not one for each of its arrays.
package final class RoleSchema: Sendable {
  package let role: String
  /// Whether it is the schema of `/v1beta1/relay`.
  package let isRelay: Bool
  package let schema: GraphQLCore.Schema
  /// By the index of the field.
  package let fieldBindings: SegmentedArray<FieldBinding>
  /// By the index of the argument or input field.
  package let inputBindings: SegmentedArray<InputBinding>
  /// By the index of the enum value.
  package let enumBindings: SegmentedArray<EnumBinding>
  /// The sources, each with its tables side by side.
  package let sources: [BoundSource]
  /// All that are tracked, whether the role sees them or not.
  package let tables: [BoundTable]
  /// The tracked functions that the role may call.
  package let functions: [BoundFunction]
  /// The fields written in Swift that the role may use.
  package let natives: [NativeField]
  /// The actions that the role may use, and the types of what they take and give.
  let actions: ActionSet
  /// Of the slots in the tables' access.
  let recipes: [ParameterRecipe]
  /// What the role may write, by the index of the table.
  package let writes: [TableWrites]
  /// Whether it has rows that other graphs of Apollo's federation refer to.
  let hasEntities: Bool
  /// What is tracked and had to be left out.
  package let inconsistencies: [SchemaInconsistency]
  /// Of an administrator's: root fields of one name, all but the first of which had to be left out.
  let rootConflicts: [RootConflict]

  init(
    role: String,
    isRelay: Bool = false,
    schema: GraphQLCore.Schema,
    fieldBindings: SegmentedArray<FieldBinding>,
    inputBindings: SegmentedArray<InputBinding>,
    enumBindings: SegmentedArray<EnumBinding>,
    sources: [BoundSource],
    tables: [BoundTable],
    functions: [BoundFunction],
    natives: [NativeField],
    actions: ActionSet = ActionSet(),
    recipes: [ParameterRecipe],
    writes: [TableWrites],
    inconsistencies: [SchemaInconsistency] = [],
    rootConflicts: [RootConflict] = []
  ) {
    precondition(fieldBindings.count == schema.fields.count)
    precondition(inputBindings.count == schema.inputValues.count)
    precondition(enumBindings.count == schema.enumValues.count)
    self.role = role
    self.isRelay = isRelay
    self.schema = schema
    self.fieldBindings = fieldBindings
    self.inputBindings = inputBindings
    self.enumBindings = enumBindings
    self.sources = sources
    let rootFields = schema.queryType.map { schema[$0].fields } ?? 0..<0
    hasEntities = rootFields.contains { fieldBindings[$0] == .entities }
    self.tables = tables
    self.functions = functions
    self.natives = natives
    self.actions = actions
    self.recipes = recipes
    self.writes = writes
    self.inconsistencies = inconsistencies
    self.rootConflicts = rootConflicts
  }

  package func binding(of field: FieldID) -> FieldBinding { fieldBindings[field.index] }
  package func binding(of input: InputValueID) -> InputBinding { inputBindings[input.index] }
  package func binding(of value: EnumValueID) -> EnumBinding { enumBindings[value.index] }

  /// The tables with the values of enum tables as they are, whatever their names in GraphQL.
  var tablesWithPlainEnums: [BoundTable] {
    tables.map { table in
      guard table.columns.contains(where: { $0.type.encoding == .upperString }) else {
        return table
      }
      var table = table
      for index in table.columns.indices where table.columns[index].type.encoding == .upperString {
        table.columns[index].type.encoding = .string
      }
      return table
    }
  }

  /// The source that a table is of.
  func source(ofTable index: Int) -> BoundSource? {
    sources.first { $0.tables.contains(index) }
  }

  /// A table of a source, by its name; of the served database where no source is said.
  func table(_ name: TableName, in source: String? = nil) -> Int? {
    for bound in sources where source.map({ $0 == bound.name }) ?? (bound.database == .main) {
      if let index = bound.tables.first(where: { tables[$0].name == name }) { return index }
    }
    return nil
  }

  /// The schema as text, ending with a line feed, as `apus schema print` prints it.
  package var sdl: String { schema.sdl() + "\n" }
}
