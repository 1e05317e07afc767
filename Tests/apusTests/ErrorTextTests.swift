import Engine
import JSON
import PostgresClient
import Testing

@testable import apus

struct ErrorTextTests {
  @Test func isOneLineWithTheDetails() {
    let error = HasuraError(.postgresError, "connection error", internal: "refused\n\tIs it there?")
    #expect(ErrorText.text(of: error) == "connection error: refused Is it there?")
  }

  @Test func saysWhatPostgreSQLSaid() {
    var error = PostgresError(kind: .server, sqlstate: "23505", message: "duplicate key")
    #expect(ErrorText.text(of: error) == "duplicate key")
    error.detail = "Key (id)=(1) already exists."
    #expect(ErrorText.text(of: error) == "duplicate key (Key (id)=(1) already exists.)")
  }

  @Test func saysWhatOtherErrorsSay() {
    #expect(ErrorText.text(of: CommandFailure("no folder")) == "no folder")
  }
}
