import GraphQLCore

extension Operation {
  /// The operation that a request asks for, its document parsed and validated.
  static func validated(
    _ request: GraphQLRequest,
    _ schema: GraphQLCore.Schema,
    _ limits: RequestLimits,
    allowsIntrospection: Bool = true
  ) throws(RequestFailure) -> Operation {
    var parserLimits = ParserLimits()
    parserLimits.maximumTokens = limits.maximumTokens
    parserLimits.maximumDepth = limits.maximumNesting
    let document: Document
    do {
      document = try Document(parsing: request.query, limits: parserLimits)
    } catch {
      throw RequestFailure(HasuraError(error), .syntax)
    }
    let rules = ValidationRule.specified + (allowsIntrospection ? [] : [.noSchemaIntrospection])
    if let error = HasuraError(validate(document, against: schema, rules: rules), in: schema) {
      throw RequestFailure(error, .validation)
    }
    do {
      let operation = try Operation(
        document: document,
        schema: schema,
        operationName: request.operationName
      )
      try operation.check(request)
      return operation
    } catch let error as GraphQLCore.RequestError {
      throw RequestFailure(HasuraError(error), .operation)
    } catch let error as RequestFailure {
      throw error
    } catch {
      throw RequestFailure(HasuraError(.unexpected, "\(error)"), .operation)
    }
  }

  /// Refuses what the request's way does not allow.
  func check(_ request: GraphQLRequest) throws(RequestFailure) {
    guard kind != .query else { return }
    if kind == .subscription {
      if request.allowsSubscription { return }
      throw RequestFailure(
        HasuraError(
          .unexpectedPayload,
          "subscriptions are not supported over HTTP, use websockets instead"
        ),
        .operation
      )
    }
    if !request.allowsMutation {
      throw RequestFailure(
        HasuraError(.badRequest, "mutations are not allowed by GET, use POST instead"),
        .method
      )
    }
  }
}
