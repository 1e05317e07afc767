import Testing

@testable import HTTP

/// The order of requests and answers, without tasks or sockets.
@Suite("Pipeline")
struct PipelineTests {
  private var pipeline = Pipeline()

  private mutating func append(_ method: HTTPMethod, _ path: String) {
    pipeline.append(HTTPRequest(method: method, path: path), isPersistent: true)
  }

  private mutating func start() -> [String] {
    var started: [String] = []
    while let (id, request) = pipeline.start() { started.append("\(id) \(request.path)") }
    return started
  }

  private mutating func pop() -> [String] {
    var popped: [String] = []
    while let (_, response) = pipeline.popAnswered() {
      popped.append(String(decoding: response.body, as: UTF8.self))
    }
    return popped
  }

  @Test mutating func startsSafeRequestsTogether() {
    append(.get, "/0")
    append(.head, "/1")
    append(.options, "/2")
    #expect(start() == ["0 /0", "1 /1", "2 /2"])
    #expect(start() == [])
  }

  @Test mutating func keepsAnswersInOrder() {
    for path in ["/0", "/1", "/2"] { append(.get, path) }
    _ = start()
    pipeline.answer(1, .text(200, "one"))
    #expect(pop() == [])
    pipeline.answer(0, .text(200, "zero"))
    #expect(pop() == ["zero", "one"])
    append(.get, "/3")
    #expect(start() == ["3 /3"])
    pipeline.answer(2, .text(200, "two"))
    pipeline.answer(3, .text(200, "three"))
    #expect(pop() == ["two", "three"])
    #expect(pipeline.isEmpty)
  }

  @Test mutating func startsAnUnsafeRequestAlone() {
    append(.get, "/0")
    append(.post, "/1")
    append(.get, "/2")
    append(.get, "/3")
    #expect(start() == ["0 /0"])
    pipeline.answer(0, .text(200, ""))
    #expect(start() == ["1 /1"])
    pipeline.answer(1, .text(200, ""))
    #expect(start() == ["2 /2", "3 /3"])
  }

  @Test mutating func putsARefusalBehindWhatCameBefore() {
    append(.get, "/0")
    pipeline.append(.text(400, "no"))
    #expect(start() == ["0 /0"])
    #expect(pop() == [])
    pipeline.answer(0, .text(200, "yes"))
    #expect(pop() == ["yes", "no"])
    // The numbers go on behind it.
    append(.get, "/2")
    #expect(start() == ["2 /2"])
  }

  @Test mutating func ignoresAnswersNobodyWaitsFor() {
    append(.get, "/0")
    _ = start()
    pipeline.answer(7, .text(200, "other"))
    pipeline.answer(0, .text(200, "first"))
    pipeline.answer(0, .text(200, "second"))
    #expect(pop() == ["first"])
    pipeline.answer(0, .text(200, "third"))
    #expect(pop() == [])
    #expect(!pipeline.isAnyRunning)
  }

  @Test mutating func countsTheBytesThatWait() {
    for size in [1, 20, 300] {
      let body = [UInt8](repeating: 0, count: size)
      pipeline.append(HTTPRequest(method: .post, path: "/", body: body), isPersistent: true)
    }
    #expect(pipeline.waitingByteCount == 321)
    #expect(start() == ["0 /"])
    #expect(pipeline.waitingByteCount == 320)
    pipeline.answer(0, .text(200, ""))
    #expect(start() == ["1 /"])
    #expect(pipeline.waitingByteCount == 300)
    pipeline.cancel()
    #expect(pipeline.waitingByteCount == 0)
  }

  @Test mutating func cancelsWhatRuns() async {
    append(.get, "/0")
    append(.get, "/1")
    _ = start()
    let task = Task { while !Task.isCancelled { await Task.yield() } }
    pipeline.note(task, for: 0)
    pipeline.cancel()
    await task.value
    #expect(pipeline.isEmpty)
    pipeline.answer(1, .text(200, "late"))
    #expect(pop() == [])
    append(.get, "/2")
    #expect(start() == ["2 /2"])
  }
}
