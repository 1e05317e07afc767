import Engine

/// The options that say how subscriptions follow the database.
extension Option {
  static var liveIntervalDefinition: OptionDefinition {
    OptionDefinition(
      "live-queries-multiplexed-refetch-interval",
      variables: "HASURA_GRAPHQL_LIVE_QUERIES_MULTIPLEXED_REFETCH_INTERVAL",
      form: .number(1...86_400_000),
      defaultValue: "1000",
      help:
        "Milliseconds between readings of a live query by the clock, or while its tables change "
        + "all the time."
    )
  }

  static var liveBatchSizeDefinition: OptionDefinition {
    OptionDefinition(
      "live-queries-multiplexed-batch-size",
      variables: "HASURA_GRAPHQL_LIVE_QUERIES_MULTIPLEXED_BATCH_SIZE",
      form: .number(1...10_000),
      defaultValue: "100",
      help: "Live queries of equal text and other variables that are read together."
    )
  }

  static var streamIntervalDefinition: OptionDefinition {
    OptionDefinition(
      "streaming-queries-multiplexed-refetch-interval",
      variables: "HASURA_GRAPHQL_STREAMING_QUERIES_MULTIPLEXED_REFETCH_INTERVAL",
      form: .number(1...86_400_000),
      defaultValue: "1000",
      help: "The same for streaming subscriptions."
    )
  }

  static var streamBatchSizeDefinition: OptionDefinition {
    OptionDefinition(
      "streaming-queries-multiplexed-batch-size",
      variables: "HASURA_GRAPHQL_STREAMING_QUERIES_MULTIPLEXED_BATCH_SIZE",
      form: .number(1...10_000),
      defaultValue: "100",
      help: "Streaming subscriptions that are read together."
    )
  }

  static var changeSourceDefinition: OptionDefinition {
    OptionDefinition(
      "change-source",
      variables: "APUS_CHANGE_SOURCE",
      form: .choice(ChangeSource.allCases.map(\.rawValue)),
      defaultValue: ChangeSource.replication.rawValue,
      help:
        "How changes of rows are learnt of, of all sources whose metadata say nothing else: by logical "
        + "replication where it is to be had, by triggers on the tables, or by looking."
    )
  }

  static var publicationDefinition: OptionDefinition {
    OptionDefinition(
      "publication",
      variables: "APUS_PUBLICATION",
      form: .text(placeholder: "NAME"),
      defaultValue: "apus",
      help: "The publication whose tables' changes are followed by logical replication."
    )
  }

  static var createPublicationDefinition: OptionDefinition {
    OptionDefinition(
      "create-publication",
      variables: "APUS_CREATE_PUBLICATION",
      form: .flag,
      help: "Create the publication, and add the tracked tables to it; always so in the private "
        + "database."
    )
  }

  static var createTriggersDefinition: OptionDefinition {
    OptionDefinition(
      "create-change-triggers",
      variables: "APUS_CREATE_CHANGE_TRIGGERS",
      form: .flag,
      help:
        "Where logical replication is not to be had, put triggers that notify the server on the "
        + "tables that are tracked; --change-source triggers does so too."
    )
  }
}
