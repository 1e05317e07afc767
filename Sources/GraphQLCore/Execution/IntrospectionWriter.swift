import JSON

/// Answers `__schema` and `__type` from the schema alone (§4).
///
/// What is selected of a type is worked out once, not for each of thousands of types, and only as
/// deep as there is something to select from.
struct IntrospectionWriter {
  private struct PlannedField {
    let selection: CollectedField
    /// nil for `__typename`.
    let field: IntrospectionField?
    let includesDeprecated: Bool
    /// What is selected below; nil until it is needed.
    var children: [Int]?
  }

  private struct WrittenType: Hashable {
    let index: Int
    let type: TypeReference
  }

  private let operation: Operation
  private let variables: VariableValues
  private var plan: [PlannedField] = []
  /// What was written for a type at a place of the plan: thousands of fields are of few types.
  private var written: [WrittenType: [UInt8]] = [:]

  init(_ operation: Operation, _ variables: VariableValues) {
    self.operation = operation
    self.variables = variables
  }

  private var schema: Schema { operation.schema }

  /// Writes the value of a root field.
  mutating func write(
    _ field: CollectedField,
    into writer: inout JSONWriter
  ) throws(FieldError) {
    let root = plan.count
    plan.append(PlannedField(selection: field, field: nil, includesDeprecated: false))
    switch field.kind {
    case .schema: try object(.schema, below: root, &writer)
    case .type:
      let name = try operation.typeName(of: field, variables)
      guard let type = name.flatMap({ schema.type(named: $0) }), schema[type].isListed else {
        return writer.null()
      }
      try object(.type(TypeReference(type)), below: root, &writer)
    case .defined, .typename: writer.null()
    }
  }

  // MARK: - Planning

  private mutating func children(of index: Int, as type: TypeID) throws(FieldError) -> [Int] {
    if let known = plan[index].children { return known }
    var children: [Int] = []
    for selection in try operation.fields(of: plan[index].selection, as: type, variables) {
      let field = selection.fieldID.flatMap { IntrospectionField(rawValue: $0.index) }
      let arguments = try operation.coercedArguments(of: selection, variables)
      children.append(plan.count)
      plan.append(
        PlannedField(
          selection: selection,
          field: field,
          includesDeprecated: arguments.first?.value == .boolean(true)
        )
      )
    }
    plan[index].children = children
    return children
  }

  // MARK: - Writing

  private mutating func object(
    _ object: IntrospectedObject,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    writer.beginObject()
    for child in try children(of: index, as: object.type) {
      writer.key(plan[child].selection.responseName)
      guard let field = plan[child].field else {
        writer.string(schema[object.type].name)
        continue
      }
      try value(of: field, object, below: child, &writer)
    }
    writer.endObject()
  }

  private mutating func value(
    of field: IntrospectionField,
    _ object: IntrospectedObject,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    switch object {
    case .schema: try schemaValue(field, below: index, &writer)
    case .type(let type): try typeValue(field, type, below: index, &writer)
    case .field(let id): try fieldValue(field, schema[id], below: index, &writer)
    case .input(let id): try inputValue(field, schema[id], below: index, &writer)
    case .enumValue(let id):
      let value = schema[id]
      switch field {
      case .enumValueName: writer.string(value.name)
      case .enumValueDescription: writer.optional(value.description)
      case .isEnumValueDeprecated: writer.bool(value.deprecationReason != nil)
      default: writer.optional(value.deprecationReason)
      }
    case .directive(let id): try directiveValue(field, schema[id], below: index, &writer)
    }
  }

  private mutating func schemaValue(
    _ field: IntrospectionField,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    switch field {
    case .schemaDescription: writer.optional(schema.description)
    case .types:
      let types = schema.listedOrder.filter { schema[$0].isListed }
      try list(types.map { .type(TypeReference($0)) }, below: index, &writer)
    case .queryType: try type(schema.queryType, below: index, &writer)
    case .mutationType: try type(schema.mutationType, below: index, &writer)
    case .subscriptionType: try type(schema.subscriptionType, below: index, &writer)
    default:
      let directives = schema.directives.indices
        .filter { schema.directives[$0].isAdvertised }
        .map { IntrospectedObject.directive(DirectiveID($0)) }
      try list(directives, below: index, &writer)
    }
  }

  private mutating func typeValue(
    _ field: IntrospectionField,
    _ type: TypeReference,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    let isWrapped = type.isNonNull || type.isList
    switch field {
    case .kind: writer.string(kindName(type))
    case .ofType:
      guard isWrapped else { return writer.null() }
      let inner = type.isNonNull ? type.nullable : type.item ?? type
      try object(.type(inner), below: index, &writer)
    default:
      guard !isWrapped else { return writer.null() }
      try namedTypeValue(field, schema[type.type], below: index, &writer)
    }
  }

  private func kindName(_ type: TypeReference) -> String {
    if type.isNonNull { return "NON_NULL" }
    return type.isList ? "LIST" : schema[type.type].kind.introspectionName
  }

  private mutating func namedTypeValue(
    _ field: IntrospectionField,
    _ type: TypeDefinition,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    let includesDeprecated = plan[index].includesDeprecated
    switch field {
    case .typeName: writer.string(type.name)
    case .typeDescription: writer.optional(type.description)
    case .specifiedByURL: writer.optional(type.specifiedByURL)
    case .isOneOf: type.kind == .inputObject ? writer.bool(type.isOneOf) : writer.null()
    case .fields where type.kind.hasFields:
      let fields = type.fields.filter {
        includesDeprecated || schema.fields[$0].deprecationReason == nil
      }
      try list(fields.map { .field(FieldID($0)) }, below: index, &writer)
    case .interfaces where type.kind.hasFields:
      try list(type.interfaces.map { .type(TypeReference($0)) }, below: index, &writer)
    case .possibleTypes where type.kind.isAbstract:
      try list(type.possibleTypes.map { .type(TypeReference($0)) }, below: index, &writer)
    case .enumValues where type.kind == .enum:
      let values = type.enumValues.filter {
        includesDeprecated || schema.enumValues[$0].deprecationReason == nil
      }
      try list(values.map { .enumValue(EnumValueID($0)) }, below: index, &writer)
    case .inputFields where type.kind == .inputObject:
      try inputs(type.inputFields, below: index, &writer)
    default: writer.null()
    }
  }

  private mutating func fieldValue(
    _ field: IntrospectionField,
    _ definition: FieldDefinition,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    switch field {
    case .fieldName: writer.string(definition.name)
    case .fieldDescription: writer.optional(definition.description)
    case .fieldArguments: try inputs(definition.arguments, below: index, &writer)
    case .fieldType: try typeReference(definition.type, below: index, &writer)
    case .isFieldDeprecated: writer.bool(definition.deprecationReason != nil)
    default: writer.optional(definition.deprecationReason)
    }
  }

  private mutating func inputValue(
    _ field: IntrospectionField,
    _ definition: InputValueDefinition,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    switch field {
    case .inputName: writer.string(definition.name)
    case .inputDescription: writer.optional(definition.description)
    case .inputType: try typeReference(definition.type, below: index, &writer)
    case .defaultValue: writer.optional(definition.defaultValue?.text)
    case .isInputDeprecated: writer.bool(definition.deprecationReason != nil)
    default: writer.optional(definition.deprecationReason)
    }
  }

  /// The type of a field or input value, after its key.
  private mutating func typeReference(
    _ type: TypeReference,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    let key = WrittenType(index: index, type: type)
    if let bytes = written[key] { return writer.raw(bytes.span) }
    let start = writer.bytes.count
    try object(.type(type), below: index, &writer)
    // Only what is brief is worth keeping.
    let bytes = writer.bytes[start...]
    if bytes.count <= 1024 { written[key] = Array(bytes) }
  }

  private mutating func directiveValue(
    _ field: IntrospectionField,
    _ definition: DirectiveDefinition,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    switch field {
    case .directiveName: writer.string(definition.name)
    case .directiveDescription: writer.optional(definition.description)
    case .isRepeatable: writer.bool(definition.isRepeatable)
    case .locations:
      writer.beginArray()
      for location in definition.locations { writer.string(location.rawValue) }
      writer.endArray()
    default: try inputs(definition.arguments, below: index, &writer)
    }
  }

  private mutating func inputs(
    _ range: Range<Int>,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    let includesDeprecated = plan[index].includesDeprecated
    let inputs = range.filter {
      includesDeprecated || schema.inputValues[$0].deprecationReason == nil
    }
    try list(inputs.map { .input(InputValueID($0)) }, below: index, &writer)
  }

  private mutating func list(
    _ objects: [IntrospectedObject],
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    writer.beginArray()
    for object in objects { try self.object(object, below: index, &writer) }
    writer.endArray()
  }

  private mutating func type(
    _ type: TypeID?,
    below index: Int,
    _ writer: inout JSONWriter
  ) throws(FieldError) {
    guard let type else { return writer.null() }
    try object(.type(TypeReference(type)), below: index, &writer)
  }
}

extension JSONWriter {
  fileprivate mutating func optional(_ text: String?) {
    if let text { string(text) } else { null() }
  }
}
