import GraphQLCore
import JSON
import Metadata

extension Worker {
  /// Asks the webhooks of the role's permissions about what is about to be written; throws what the first
  /// that refuses says.
  ///
  /// Payload and answers: Hasura's "Input validation". Nothing has been written when one refuses.
  func check(
    _ checks: [InputCheck],
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema,
    clientHeaders: (@Sendable () -> [WebhookHeaderField])? = nil
  ) async throws(RequestFailure) {
    for check in checks {
      do throws(HasuraError) {
        try await ask(
          check.validator,
          about: check.elements(variables, in: roleSchema.schema),
          session,
          clientHeaders: clientHeaders
        )
      } catch {
        throw RequestFailure(error, .execution)
      }
    }
  }

  private func ask(
    _ validator: InputValidator,
    about input: [JSONValue],
    _ session: Session,
    clientHeaders: (@Sendable () -> [WebhookHeaderField])?
  ) async throws(HasuraError) {
    let payload: JSONValue = [
      "version": 1, "role": .string(session.role), "session_variables": .object(session.json),
      "data": ["input": .array(input)],
    ]
    let answer: WebhookAnswer
    do throws(WebhookFailure) {
      guard let sender = configuration.webhooks else {
        throw WebhookFailure("this server cannot call webhooks")
      }
      let environment = WebhookEnvironment(variables: configuration.environment)
      let own = try environment.headers(validator.headers)
      let forwarded =
        validator.forwardsClientHeaders
        ? WebhookEnvironment.forwarded(clientHeaders?() ?? [], ignoring: []) : []
      let call = WebhookCall(
        url: try environment.url(validator.url),
        headers: WebhookEnvironment.merged(
          (configuration.configuredHeadersFirst ? own + forwarded : forwarded + own)
            + WebhookEnvironment.standardHeaders
        ),
        body: payload.serialized,
        timeout: validator.timeout
      )
      answer = try await sender(call, loop)
    } catch {
      throw HasuraError(
        .unexpected,
        "http exception when validating input data",
        internal: ["error": .string(error.message)]
      )
    }
    switch answer.status {
    case 200..<300: return
    case 400:
      let message = (try? JSONValue(parsing: answer.body.span))?["message"]?.string
      guard let message else {
        throw HasuraError(
          .unexpected,
          "received invalid response from input validation webhook",
          internal: ["error": "the body of status 400 has to be an object with a \"message\""]
        )
      }
      throw HasuraError(.validationFailed, message, path: "$")
    default:
      throw HasuraError(
        .unexpected,
        "internal error when validating input data",
        internal: ["error": .string("expecting 200 or 400 status code, but found \(answer.status)")]
      )
    }
  }
}
