/// The responses of a subscription: each event of the source stream is the root of an execution of
/// its own (§6.2.3).
package struct ResponseStream<Resolver: FieldResolver, Events: AsyncSequence>: AsyncSequence
where Events.Element == Resolver.Object {
  package typealias Element = ExecutionResult
  package typealias Failure = Events.Failure

  private let operation: Operation
  private let variables: VariableValues
  private let executor: Executor<Resolver>
  private let events: Events

  /// The events are those that the subscription's one root field asks for; see
  /// ``Operation/subscriptionField(_:)``.
  package init(
    _ operation: Operation,
    _ variables: VariableValues,
    events: Events,
    resolver: Resolver
  ) {
    self.operation = operation
    self.variables = variables
    self.events = events
    executor = Executor(resolver)
  }

  package struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let stream: ResponseStream
    fileprivate var events: Events.AsyncIterator

    /// The response to the next event; nil once the source ends.
    package mutating func next(
      isolation actor: isolated (any Actor)? = #isolation
    ) async throws(Events.Failure) -> ExecutionResult? {
      guard let event = try await events.next(isolation: actor) else { return nil }
      return await stream.executor.execute(stream.operation, stream.variables, root: event)
    }
  }

  package func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(stream: self, events: events.makeAsyncIterator())
  }
}

extension Operation {
  /// The root field of a subscription with its arguments: what the source stream is made for.
  package func subscriptionField(
    _ variables: VariableValues
  ) throws(FieldError) -> ResolverRequest? {
    guard let field = try rootFields(variables).first, let id = field.fieldID else { return nil }
    return ResolverRequest(
      field: id,
      responseName: field.responseName,
      arguments: try coercedArguments(of: field, variables),
      path: ResponsePath().appending(.field(field.responseName))
    )
  }
}
