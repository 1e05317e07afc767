/// The options about webhooks: of events and of asynchronous actions.
extension Option {
  static var eventsPoolSizeDefinition: OptionDefinition {
    OptionDefinition(
      "events-http-pool-size",
      variables: "HASURA_GRAPHQL_EVENTS_HTTP_POOL_SIZE",
      form: .number(1...10_000),
      defaultValue: "100",
      help: "Webhooks that are told of events at a time."
    )
  }

  static var eventsFetchIntervalDefinition: OptionDefinition {
    OptionDefinition(
      "events-fetch-interval",
      variables: "HASURA_GRAPHQL_EVENTS_FETCH_INTERVAL",
      form: .number(1...3_600_000),
      defaultValue: "50",
      help: "Milliseconds between two looks for new events, where there were none."
    )
  }

  static var eventsBatchSizeDefinition: OptionDefinition {
    OptionDefinition(
      "events-fetch-batch-size",
      variables: "HASURA_GRAPHQL_EVENTS_FETCH_BATCH_SIZE",
      form: .number(1...2_000),
      defaultValue: "500",
      help: "Events that are taken out of the log at once."
    )
  }

  static var configuredHeadersFirstDefinition: OptionDefinition {
    OptionDefinition(
      "configured-header-precedence",
      variables: "HASURA_GRAPHQL_CONFIGURED_HEADER_PRECEDENCE",
      form: .flag,
      help:
        "Send the own headers of actions and input checks rather than the client's of the same names."
    )
  }

  static var triggerErrorLevelDefinition: OptionDefinition {
    OptionDefinition(
      "enable-triggers-error-log-level",
      variables: "HASURA_GRAPHQL_ENABLE_TRIGGERS_ERROR_LOG_LEVEL",
      form: .flag,
      help: "Log at the level error, not info, that a webhook could not be told of an event."
    )
  }

  static var asyncActionsBatchSizeDefinition: OptionDefinition {
    OptionDefinition(
      "async-actions-fetch-batch-size",
      variables: "HASURA_GRAPHQL_ASYNC_ACTIONS_FETCH_BATCH_SIZE",
      form: .number(1...10_000),
      defaultValue: "10",
      help: "Calls of asynchronous actions that are under way at a time."
    )
  }

  static var asyncActionsFetchIntervalDefinition: OptionDefinition {
    OptionDefinition(
      "async-actions-fetch-interval",
      variables: "HASURA_GRAPHQL_ASYNC_ACTIONS_FETCH_INTERVAL",
      form: .number(10...3_600_000),
      defaultValue: "200",
      help: "Milliseconds between two looks for calls of asynchronous actions."
    )
  }
}
