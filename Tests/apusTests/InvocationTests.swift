import Testing

@testable import apus

struct InvocationTests {
  private func invocation(
    _ arguments: String...,
    environment: [String: String] = [:]
  ) throws -> Invocation {
    try Invocation(arguments: arguments, environment: environment)
  }

  @Test(
    arguments: [
      (
        [],
        "a command is missing; one of serve, worker, migrate up, migrate down, "
          + "migrate status, metadata apply, metadata export, metadata diff, metadata clear, "
          + "schema print, sample load, preset list, preset run, job watch, dbn info, dbn cat, "
          + "book, version"
      ),
      (
        ["fly"],
        "unknown command 'fly'; one of serve, worker, migrate up, migrate down, "
          + "migrate status, metadata apply, metadata export, metadata diff, metadata clear, "
          + "schema print, sample load, preset list, preset run, job watch, dbn info, dbn cat, "
          + "book, version"
      ),
      (["migrate"], "'migrate' wants one of up, down, status after it"),
      (
        ["migrate", "sideways"],
        "unknown command 'migrate sideways'; migrate takes up, down, status"
      ),
      (["preset", "run"], "'preset run' wants NAME after it"),
      (["preset", "run", "a", "b"], "unexpected argument 'b'; only options may follow"),
      (
        ["preset", "run", "a", "--var", "=1"],
        "--var: '=1' is not allowed; allowed: name=value, with a name that is not empty"
      ),
      (["serve", "now"], "unexpected argument 'now'; only options may follow"),
      (
        ["schema", "print", "--rolle", "x"],
        "unknown option --rolle; allowed are --database-url, --metadata-database-url, --data-dir, --role"
      ),
      (
        ["schema", "print", "--server-port", "1"],
        "unknown option --server-port; allowed are --database-url, --metadata-database-url, --data-dir, --role"
      ),
      (
        ["serve", "--server-port", "eighty"],
        "--server-port: 'eighty' is not allowed; allowed: a whole number from 0 to 65535"
      ),
      (
        ["serve", "--server-port"],
        "--server-port wants a value: a whole number from 0 to 65535"
      ),
      (
        ["serve", "--migrate=maybe"],
        "--migrate: 'maybe' is not allowed; allowed: true or false"
      ),
      (
        ["serve", "--log-level", "loud"],
        "--log-level: 'loud' is not allowed; allowed: debug, info, warn, error"
      ),
      (
        ["serve", "--enabled-apis", "graphql,grapes"],
        "--enabled-apis: 'graphql,grapes' is not allowed; allowed: some of metadata, graphql, "
          + "pgdump, config, developer, metrics, with commas between"
      ),
      (
        ["serve", "--cors-domain", "example.com"],
        "--cors-domain: 'example.com' is not allowed; allowed: *, or origins such as "
          + "https://*.example.com:8443 with commas between"
      ),
      (
        ["--database-url", "mysql://root:topsecret@h/d", "serve"],
        "--database-url: its value is not allowed; allowed: "
          + "postgresql://user:password@host:port/database, keyword=value pairs, or dynamic-from-file://path"
      ),
    ] as [([String], String)]
  )
  func refuses(arguments: [String], saying message: String) {
    #expect(throws: UsageError(message)) {
      try Invocation(arguments: arguments, environment: [:])
    }
  }

  @Test func namesTheVariableThatIsWrong() {
    #expect(
      throws: UsageError(
        "HASURA_GRAPHQL_SERVER_PORT: '80 80' is not allowed; "
          + "allowed: a whole number from 0 to 65535"
      )
    ) {
      try invocation("serve", environment: ["HASURA_GRAPHQL_SERVER_PORT": "80 80"])
    }
  }

  @Test func ignoresVariablesOfOptionsThatTheCommandDoesNotHave() throws {
    let environment = ["HASURA_GRAPHQL_SERVER_PORT": "80 80"]
    #expect(try invocation("version", environment: environment).action == .run(.version))
  }

  @Test func takesHasurasOptionsBeforeTheCommand() throws {
    let invocation = try invocation(
      "--database-url",
      "postgres://h/d",
      "serve",
      "--server-port=9",
      "--stringify-numeric-types"
    )
    #expect(invocation.action == .run(.serve))
    #expect(invocation.options.text(.databaseURL) == "postgres://h/d")
    #expect(invocation.options.number(.port) == 9)
    #expect(invocation.options.flag(.stringifyNumericTypes))
  }

  @Test func prefersTheCommandLineToTheEnvironmentToTheDefault() throws {
    let environment = [
      "HASURA_GRAPHQL_SERVER_PORT": "1", "HASURA_GRAPHQL_PG_CONNECTIONS": "7",
      "HASURA_GRAPHQL_LOG_LEVEL": "",
    ]
    let options = try invocation("serve", "--server-port", "2", environment: environment).options
    #expect(options.number(.port) == 2)
    #expect(options.number(.connections) == 7)
    #expect(options.text(.logLevel) == "info")
    #expect(options.isGiven(.port) && !options.isGiven(.logLevel))
  }

  @Test func prefersTheNewNameOfTheSecret() throws {
    let environment = [
      "HASURA_GRAPHQL_ACCESS_KEY": "old", "HASURA_GRAPHQL_ADMIN_SECRET": "new",
    ]
    #expect(try invocation("serve", environment: environment).options.text(.adminSecret) == "new")
  }

  @Test(arguments: ["true", "T", "yes", "Y", "1"])
  func takesHasurasSpellingsOfTrue(text: String) throws {
    let options = try invocation("serve", environment: ["APUS_MIGRATE": text]).options
    #expect(options.flag(.migrate))
  }

  @Test func listsVariablesThatHaveNoEffect() throws {
    let environment = [
      "HASURA_GRAPHQL_ENABLE_CONSOLE": "true", "HASURA_GRAPHQL_SERVER_PORT": "1", "HOME": "/root",
      "APUS_TYPO": "1",
    ]
    #expect(
      try invocation("serve", environment: environment).ignoredVariables
        == ["APUS_TYPO", "HASURA_GRAPHQL_ENABLE_CONSOLE"]
    )
  }

  @Test(arguments: [
    (["--enable-console", "serve"], ["--enable-console"]),
    (["serve", "--enable-console", "true", "--migrate"], ["--enable-console"]),
    (["serve", "--enable-telemetry=false", "-s", "2", "--migrate"], ["--enable-telemetry", "-s"]),
    (["--retries", "9", "serve", "--stripes=4", "--migrate"], ["--retries", "--stripes"]),
  ])
  func takesFlagsOfHasuraThatHaveNoEffect(arguments: [String], ignored: [String]) throws {
    let invocation = try Invocation(arguments: arguments, environment: [:])
    #expect(invocation.action == .run(.serve))
    #expect(invocation.ignoredVariables == ignored)
    #expect(invocation.options.flag(.migrate) == arguments.contains("--migrate"))
  }

  /// Hasura takes the value of some of its flags as a word of its own.
  @Test func takesAWordForTruthAfterAFlag() throws {
    let options = try invocation(
      "serve",
      "--use-prepared-statements",
      "false",
      "--enable-maintenance-mode",
      "true",
      "--migrate"
    ).options
    #expect(!options.flag(.usePreparedStatements))
    #expect(options.flag(.maintenanceMode) && options.flag(.migrate))
  }

  @Test func masksSecrets() throws {
    let options = try invocation(
      "serve",
      "--admin-secret=s3cret",
      "--database-url=postgres://u:p@h/d"
    ).options
    let described = options.described(for: .serve)
    #expect(described.first { $0.name == "admin-secret" }?.value == "***")
    #expect(described.first { $0.name == "database-url" }?.value == "***")
    #expect(described.first { $0.name == "server-port" }?.value == "8080")
    #expect(!described.contains { $0.name == "role" })
  }

  @Test(
    arguments: [
      (["--help"], []),
      (["help"], []),
      (["serve", "--help"], [.serve]),
      (["migrate", "-h"], [.migrateUp, .migrateDown, .migrateStatus]),
      (["schema", "print", "--role", "x", "--help"], [.schemaPrint]),
    ] as [([String], [Command])]
  )
  func helps(arguments: [String], on commands: [Command]) throws {
    let invocation = try Invocation(arguments: arguments, environment: [:])
    #expect(invocation.action == .help(commands))
  }
}
