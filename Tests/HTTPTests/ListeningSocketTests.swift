import Glibc
import Testing

@testable import HTTP

@Suite("Listening socket")
struct ListeningSocketTests {
  private func resolved(_ host: String, port: Int = 8080) throws -> String {
    var configuration = HTTPConfiguration()
    configuration.host = host
    configuration.port = port
    let address = try ListeningSocket.resolve(configuration)
    return "\(address.host) \(address.port)"
  }

  @Test(
    arguments: [
      ("127.0.0.1", "127.0.0.1 8080"), ("*", "0.0.0.0 8080"), ("0.0.0.0", "0.0.0.0 8080"),
      ("::1", "::1 8080"), ("::", ":: 8080"), ("::ffff:10.1.2.3", "10.1.2.3 8080"),
      ("localhost", "127.0.0.1 8080"),
    ]
  )
  func resolves(host: String, to address: String) throws {
    #expect(try resolved(host) == address)
  }

  @Test func refusesWhatIsNoAddress() {
    #expect(throws: HTTPServerError.self) { _ = try resolved("no such host") }
    #expect {
      _ = try resolved("127.0.0.1", port: 65536)
    } throws: {
      "\($0)" == "cannot listen on 127.0.0.1:65536: a port is a number up to 65535"
    }
  }
}
