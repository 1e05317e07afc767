/// The options about websockets, and about streams of events where they are the same.
extension Option {
  static var webSocketKeepAliveDefinition: OptionDefinition {
    OptionDefinition(
      "websocket-keepalive",
      variables: "HASURA_GRAPHQL_WEBSOCKET_KEEPALIVE",
      form: .number(0...86_400),
      defaultValue: "5",
      help: "Seconds between the server's signs of life on websockets and event streams; 0 is none."
    )
  }

  static var webSocketInitTimeoutDefinition: OptionDefinition {
    OptionDefinition(
      "websocket-connection-init-timeout",
      variables: "HASURA_GRAPHQL_WEBSOCKET_CONNECTION_INIT_TIMEOUT",
      form: .number(1...3600),
      defaultValue: "3",
      help: "Seconds that a client of a websocket has for connection_init."
    )
  }

  static var webSocketCompressionDefinition: OptionDefinition {
    OptionDefinition(
      "websocket-compression",
      variables: "HASURA_GRAPHQL_CONNECTION_COMPRESSION",
      form: .flag,
      help: "Compress the messages of websockets (permessage-deflate) for clients that offer it."
    )
  }

  static var webSocketReadCookieDefinition: OptionDefinition {
    OptionDefinition(
      "ws-read-cookie",
      variables: "HASURA_GRAPHQL_WS_READ_COOKIE",
      form: .flag,
      help: "Count cookies of websocket handshakes also where CORS is disabled or open to all."
    )
  }

  static var webSocketCloseOnMetadataChangeDefinition: OptionDefinition {
    OptionDefinition(
      "close-websockets-on-metadata-change",
      variables: "HASURA_GRAPHQL_CLOSE_WEBSOCKETS_ON_METADATA_CHANGE",
      form: .flag,
      help: "Close all websockets when the metadata change, instead of going on with the new ones."
    )
  }

  static var webSocketLimitDefinition: OptionDefinition {
    OptionDefinition(
      "max-websockets",
      variables: "APUS_MAX_WEBSOCKETS",
      form: .number(0...1_000_000),
      defaultValue: "14000",
      help: "Websockets that may be open at a time; more are answered 503."
    )
  }

  static var webSocketOperationLimitDefinition: OptionDefinition {
    OptionDefinition(
      "websocket-operation-limit",
      variables: "APUS_WEBSOCKET_OPERATION_LIMIT",
      form: .number(1...100_000),
      defaultValue: "100",
      help: "Operations that one websocket may have under way at a time."
    )
  }

  static var webSocketMessageBytesDefinition: OptionDefinition {
    OptionDefinition(
      "max-websocket-message-bytes",
      variables: "APUS_MAX_WEBSOCKET_MESSAGE_BYTES",
      form: .number(1024...1_073_741_824),
      defaultValue: "1048576",
      help: "Bytes that a client's message may have; a larger one ends the websocket (1009)."
    )
  }

  static var webSocketQueueBytesDefinition: OptionDefinition {
    OptionDefinition(
      "websocket-queue-bytes",
      variables: "APUS_WEBSOCKET_QUEUE_BYTES",
      form: .number(1024...1_073_741_824),
      defaultValue: "1048576",
      help: "Bytes that may wait for a client that reads slowly; beyond it is closed (1013)."
    )
  }
}
