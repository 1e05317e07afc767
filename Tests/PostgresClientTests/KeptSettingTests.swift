import Testing

@testable import PostgresClient

struct KeptSettingTests {
  private let ann = SessionSetting("apus.user", Array("ann".utf8))
  private let bob = SessionSetting("apus.user", Array("bob".utf8))
  private let nobody = SessionSetting("apus.user", [])

  @Test func isSetOnceForMany() {
    var kept = KeptSetting()
    #expect(kept.change(to: ann) == ann)
    #expect(kept.change(to: ann) == nil)
    #expect(kept.change(to: bob) == bob)
    #expect(kept.change(to: bob) == nil)
    #expect(kept.remains == nobody)
  }

  @Test func isTakenBackForThoseWithoutOne() {
    var kept = KeptSetting()
    #expect(kept.change(to: nil) == nil)
    #expect(kept.remains == nil)
    #expect(kept.change(to: ann) == ann)
    #expect(kept.change(to: nil) == nobody)
    #expect(kept.remains == nil)
    #expect(kept.change(to: nil) == nil)
  }

  @Test func isSetAnewAfterAFailure() {
    var kept = KeptSetting()
    kept.batchFailed()
    #expect(kept.change(to: nil) == nil)
    #expect(kept.change(to: ann) == ann)
    kept.batchFailed()
    #expect(kept.remains == nobody)
    #expect(kept.change(to: ann) == ann)
  }

  /// What took it back is undone as well, so that the server has the value again.
  @Test func isTakenBackAnewAfterAFailure() {
    var kept = KeptSetting()
    #expect(kept.change(to: ann) == ann)
    #expect(kept.change(to: nil) == nobody)
    kept.batchFailed()
    #expect(kept.remains == nobody)
    #expect(kept.change(to: nil) == nobody)
    #expect(kept.change(to: nil) == nil)
  }
}
