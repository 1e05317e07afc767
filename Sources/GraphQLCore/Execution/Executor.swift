import JSON

/// Executes operations over any source of values (§6): collects fields, asks the resolver, completes
/// what it gives by the type system, and lets nulls rise to where they are allowed.
///
/// Fields are resolved one after the other, in the order of the response; so a mutation's root fields
/// are serial, as §6.2.2 wants it. What must be fast goes through the SQL planner instead.
package struct Executor<Resolver: FieldResolver>: Sendable {
  private let resolver: Resolver

  package init(_ resolver: Resolver) {
    self.resolver = resolver
  }

  /// The response of an operation whose document is valid and whose variables are coerced.
  ///
  /// Of a subscription, the response to one event, which is the root.
  package func execute(
    _ operation: Operation,
    _ variables: VariableValues,
    root: Resolver.Object
  ) async -> ExecutionResult {
    var execution = Execution(operation: operation, variables: variables, resolver: resolver)
    let data = await execution.root(root)
    return ExecutionResult(data: data, errors: execution.errors)
  }
}

/// One run of an operation.
private struct Execution<Resolver: FieldResolver> {
  let operation: Operation
  let variables: VariableValues
  let resolver: Resolver
  private(set) var errors: [ExecutionError] = []

  private var schema: Schema { operation.schema }

  init(operation: Operation, variables: VariableValues, resolver: Resolver) {
    self.operation = operation
    self.variables = variables
    self.resolver = resolver
  }

  mutating func root(_ object: Resolver.Object) async -> ResponseValue {
    do throws(FieldError) {
      guard let rootType = operation.rootType else { return .null }
      let fields = try operation.rootFields(variables)
      return await self.fields(fields, of: object, rootType, ResponsePath()) ?? .null
    } catch {
      let location = operation.location(of: error)
      errors.append(ExecutionError(message: error.message, locations: [location], path: nil))
      return .null
    }
  }

  /// The fields of an object; nil where one of them may not be null and is.
  private mutating func fields(
    _ fields: [CollectedField],
    of object: Resolver.Object,
    _ type: TypeID,
    _ path: ResponsePath
  ) async -> ResponseValue? {
    var response: [ResponseField] = []
    response.reserveCapacity(fields.count)
    for field in fields {
      let fieldPath = path.appending(.field(field.responseName))
      guard let value = await self.field(field, of: object, type, fieldPath) else { return nil }
      response.append(ResponseField(name: field.responseName, value: value))
    }
    return .object(response)
  }

  /// The value of a field; nil where it may not be null and is.
  private mutating func field(
    _ field: CollectedField,
    of object: Resolver.Object,
    _ type: TypeID,
    _ path: ResponsePath
  ) async -> ResponseValue? {
    switch field.kind {
    case .typename: return .leaf(.string(schema[type].name))
    case .schema, .type: return introspection(field, path)
    case .defined(let id):
      let definition = schema[id]
      let resolved: ResolvedValue<Resolver.Object>
      do throws(FieldError) {
        let request = ResolverRequest(
          field: id,
          responseName: field.responseName,
          arguments: try operation.coercedArguments(of: field, variables),
          path: path
        )
        resolved = await resolver.resolve(request, of: object)
      } catch {
        report(error, path)
        return definition.type.isNonNull ? nil : .null
      }
      let place = FieldPlace(field: field, title: "\(schema[type].name).\(definition.name)")
      return await complete(resolved, as: definition.type, place, path)
    }
  }

  private mutating func introspection(
    _ field: CollectedField,
    _ path: ResponsePath
  ) -> ResponseValue? {
    var writer = JSONWriter()
    do throws(FieldError) {
      try operation.introspect(field, variables, into: &writer)
    } catch {
      report(error, path)
      return field.kind == .schema ? nil : .null
    }
    return .text(writer.finish())
  }

  // MARK: - Completing values

  /// A field whose value is completed, for messages about it.
  private struct FieldPlace {
    let field: CollectedField
    let title: String
  }

  /// The value as its type promises it (§6.4.3); nil where it is null and may not be.
  private mutating func complete(
    _ value: ResolvedValue<Resolver.Object>,
    as type: TypeReference,
    _ place: FieldPlace,
    _ path: ResponsePath
  ) async -> ResponseValue? {
    if case .failure(let message) = value { return fail(message, as: type, place, path) }
    if case .null = value {
      guard type.isNonNull else { return .null }
      return fail(
        "Cannot return null for non-nullable field \(place.title).",
        as: type,
        place,
        path
      )
    }
    if let item = type.item {
      guard case .list(let items) = value else {
        let message = "Expected Iterable, but did not find one for field \"\(place.title)\"."
        return fail(message, as: type, place, path)
      }
      return await list(items, of: item, place, path) ?? (type.isNonNull ? nil : .null)
    }
    switch (value, schema[type.type].kind.isLeaf) {
    case (.leaf(let json), true):
      do throws(LeafSerialization.Failure) {
        return .leaf(try LeafSerialization.serialize(json, as: type.type, in: schema))
      } catch {
        return fail(error.message, as: type, place, path)
      }
    case (.object(let object), false):
      return await self.object(object, as: type, place, path)
    default:
      let name = schema.name(of: type.nullable)
      let message = "Expected value of type \"\(name)\" for field \"\(place.title)\"."
      return fail(message, as: type, place, path)
    }
  }

  private mutating func list(
    _ items: [ResolvedValue<Resolver.Object>],
    of type: TypeReference,
    _ place: FieldPlace,
    _ path: ResponsePath
  ) async -> ResponseValue? {
    var response: [ResponseValue] = []
    response.reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
      let itemPath = path.appending(.index(index))
      guard let value = await complete(item, as: type, place, itemPath) else { return nil }
      response.append(value)
    }
    return .list(response)
  }

  private mutating func object(
    _ object: Resolver.Object,
    as type: TypeReference,
    _ place: FieldPlace,
    _ path: ResponsePath
  ) async -> ResponseValue? {
    let objectType: TypeID
    switch runtimeType(of: object, as: type.type, place) {
    case .success(let type): objectType = type
    case .failure(let failure): return fail(failure.message, as: type, place, path)
    }
    let fields: [CollectedField]
    do throws(FieldError) {
      fields = try operation.fields(of: place.field, as: objectType, variables)
    } catch {
      report(error, path)
      return type.isNonNull ? nil : .null
    }
    return await self.fields(fields, of: object, objectType, path)
      ?? (type.isNonNull ? nil : .null)
  }

  /// The object type of a value of a composite type (§6.4.3, ResolveAbstractType).
  private func runtimeType(
    of object: Resolver.Object,
    as type: TypeID,
    _ place: FieldPlace
  ) -> Result<TypeID, LeafSerialization.Failure> {
    let definition = schema[type]
    guard definition.kind.isAbstract else { return .success(type) }
    let name = definition.name
    func failure(_ message: String) -> Result<TypeID, LeafSerialization.Failure> {
      .failure(LeafSerialization.Failure(message: message))
    }
    guard let typeName = resolver.typeName(of: object) else {
      return failure(
        "Abstract type \"\(name)\" must resolve to an Object type at runtime for field"
          + " \"\(place.title)\". Either the \"\(name)\" type should provide a \"resolveType\""
          + " function or each possible type should provide an \"isTypeOf\" function."
      )
    }
    guard let runtime = schema.type(named: typeName) else {
      return failure(
        "Abstract type \"\(name)\" was resolved to a type \"\(typeName)\" that does not exist"
          + " inside the schema."
      )
    }
    guard schema[runtime].kind == .object else {
      return failure(
        "Abstract type \"\(name)\" was resolved to a non-object type \"\(typeName)\"."
      )
    }
    guard schema.isPossible(runtime, for: type) else {
      return failure("Runtime Object type \"\(typeName)\" is not a possible type for \"\(name)\".")
    }
    return .success(runtime)
  }

  // MARK: - Errors

  private mutating func fail(
    _ message: String,
    as type: TypeReference,
    _ place: FieldPlace,
    _ path: ResponsePath
  ) -> ResponseValue? {
    let locations = operation.locations(of: place.field)
    errors.append(ExecutionError(message: message, locations: locations, path: path))
    return type.isNonNull ? nil : .null
  }

  private mutating func report(_ error: FieldError, _ path: ResponsePath) {
    let location = operation.location(of: error)
    errors.append(ExecutionError(message: error.message, locations: [location], path: path))
  }
}
