package import JSON

extension HasuraError {
  /// Which of the two shapes of an error an endpoint speaks.
  package enum Shape: Hashable, Sendable {
    /// `{"errors":[{"message":…,"extensions":{"path":…,"code":…}}]}`: GraphQL.
    case graphQL
    /// `{"error":…,"path":…,"code":…}`: metadata, queries, REST and `v1alpha1`.
    case plain
  }

  /// The whole answer.
  package func answer(_ shape: Shape, showingInternal: Bool) -> [UInt8] {
    var writer = JSONWriter()
    switch shape {
    case .graphQL:
      writer.beginObject()
      writer.key("errors")
      writer.beginArray()
      write(to: &writer, showingInternal: showingInternal)
      writer.endArray()
      writer.endObject()
    case .plain:
      writer.beginObject()
      writer.key("error")
      writer.string(message)
      writer.key("path")
      writer.string(path)
      writer.key("code")
      writer.string(givenCode ?? code.rawValue)
      writeInternal(to: &writer, showingInternal)
      writer.endObject()
    }
    return writer.finish()
  }

  /// One member of a GraphQL answer's `errors`.
  package func write(to writer: inout JSONWriter, showingInternal: Bool) {
    writer.beginObject()
    writer.key("message")
    writer.string(message)
    writer.key("extensions")
    if let givenExtensions {
      writer.value(.object(givenExtensions))
      writer.endObject()
      return
    }
    writer.beginObject()
    writer.key("path")
    writer.string(path)
    writer.key("code")
    writer.string(givenCode ?? code.rawValue)
    writeInternal(to: &writer, showingInternal)
    writer.endObject()
    writer.endObject()
  }

  private func writeInternal(to writer: inout JSONWriter, _ isShown: Bool) {
    guard isShown, let details = `internal` else { return }
    writer.key("internal")
    writer.value(details)
  }
}
