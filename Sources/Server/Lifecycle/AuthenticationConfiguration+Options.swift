import Authentication
import JSON

extension AuthenticationConfiguration {
  /// What the options say; an error names the option and never repeats a secret.
  init(_ options: OptionValues) throws(UsageError) {
    let secrets = try AuthenticationConfiguration.secrets(options)
    let tokens = try AuthenticationConfiguration.tokens(options)
    let webhook = try AuthenticationConfiguration.webhook(options)
    do throws(ConfigurationError) {
      try self.init(
        secrets: secrets,
        jwt: tokens,
        webhook: webhook,
        unauthorizedRole: options.text(.unauthorizedRole)
      )
    } catch {
      throw UsageError(error.message)
    }
    certificateFile = options.text(.certificateFile)
  }

  private static func secrets(_ options: OptionValues) throws(UsageError) -> [String] {
    var secrets = options.text(.adminSecret).map { [$0] } ?? []
    guard let text = options.text(.adminSecrets) else { return secrets }
    guard case .array(let elements)? = try? JSONValue(parsing: text), !elements.isEmpty else {
      throw UsageError(
        "\(Option.adminSecrets.definition.variable) has to be a JSON list of secrets"
      )
    }
    for element in elements {
      guard case .string(let secret) = element, !secret.isEmpty else {
        throw UsageError(
          "\(Option.adminSecrets.definition.variable): each secret has to be a text that is not empty"
        )
      }
      secrets.append(secret)
    }
    return secrets
  }

  private static func tokens(_ options: OptionValues) throws(UsageError) -> [JWTConfiguration] {
    var configurations: [JWTConfiguration] = []
    if let text = options.text(.jwtSecret) {
      configurations += try read(.jwtSecret) { () throws(ConfigurationError) in
        [try JWTConfiguration.parse(text)]
      }
    }
    if let text = options.text(.jwtSecrets) {
      configurations += try read(.jwtSecrets) { () throws(ConfigurationError) in
        try JWTConfiguration.parseList(text)
      }
    }
    return configurations
  }

  private static func webhook(
    _ options: OptionValues
  ) throws(UsageError) -> WebhookConfiguration? {
    guard let url = options.text(.authHook) else { return nil }
    let timeout = try options.required(.authHookTimeout, OptionValues.number)
    return try read(.authHook) { () throws(ConfigurationError) in
      try WebhookConfiguration(
        url: url,
        isPost: options.text(.authHookMode) == "POST",
        sendsRequest: options.flag(.authHookSendRequestBody),
        timeout: .seconds(timeout)
      )
    }
  }

  private static func read<Value>(
    _ option: Option,
    _ body: () throws(ConfigurationError) -> Value
  ) throws(UsageError) -> Value {
    do {
      return try body()
    } catch {
      throw UsageError("\(option.definition.variable): \(error.message)")
    }
  }
}
