import Testing

@testable import PostgresClient

struct ConnectionStringTests {
  @Test(
    arguments: [
      ("postgresql://u:p%40ss@h:5433/db?sslmode=disable", "h:5433/db", "p@ss"),
      ("postgres:///db?host=/run/x&password=s", "/run/x:5432/db", "s"),
      ("host=a,b port=1,2 dbname=d password='s p'", "a,b:1,2/d", "s p"),
    ]
  )
  func readsWhatLibpqReads(text: String, description: String, password: String) throws {
    let target = try ConnectionString(text)
    #expect(target.description == description)
    #expect(target["password"] == password)
    #expect(target["hostaddr"] == nil)
  }

  @Test(arguments: [
    "postgresql://u:secret@h/db?nonsense=1", "secret", "host=a\0b", "nonsense=secret",
  ])
  func refusesWithoutRepeatingSecrets(text: String) {
    #expect(
      throws: PostgresError.misuse("the database URL is not one that libpq can read")
    ) {
      try ConnectionString(text)
    }
  }

  @Test func keepsTheUsersOptionsAndSetsItsOwnAfterThem() throws {
    var configuration = try PostgresConfiguration(
      url: "postgresql://h/db?options=-c%20search_path%3Dx&application_name=mine"
    )
    configuration.statementTimeout = .milliseconds(1_500)
    configuration.lockTimeout = .seconds(4_000_000)
    let parameters = SessionPolicy(configuration).parameters(
      for: configuration.target,
      access: .read
    )
    let values = Dictionary(uniqueKeysWithValues: parameters.map { ($0.keyword, $0.value) })
    #expect(
      values == [
        "host": "h", "dbname": "db", "application_name": "mine", "client_encoding": "UTF8",
        "keepalives_idle": "10", "keepalives_interval": "3", "keepalives_count": "3",
        "tcp_user_timeout": "20000",
        "options": """
        -c search_path=x -c jit=off -c statement_timeout=1500 -c lock_timeout=2147483647 \
        -c idle_in_transaction_session_timeout=10000 -c standard_conforming_strings=on -c array_nulls=on \
        -c datestyle=ISO -c bytea_output=hex -c extra_float_digits=1 -c default_transaction_isolation=repeatable\\ read \
        -c default_transaction_read_only=on
        """,
      ]
    )
  }
}
