import Testing

@testable import Observability

struct TimestampTextTests {
  @Test func followsTheClock() {
    var text = TimestampText()
    let times = [(0, 0), (0, 7), (1, 999), (1, 0), (0, 1)].map {
      Timestamp(secondsSinceEpoch: $0, milliseconds: $1)
    }
    for time in times {
      #expect(String(decoding: text.text(of: time), as: UTF8.self) == time.description)
    }
  }
}
