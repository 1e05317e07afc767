import Catalog
import JSON

/// Writes a document as JSON text, and keeps the text of each table for the next time.
///
/// With hundreds of roles a document has megabytes, of which a command changes one table.
package struct DocumentText: Sendable {
  private struct Entry: Sendable {
    var table: TrackedTable
    var text: [UInt8]
  }

  /// By source and table.
  private var known: [String: [TableName: Entry]] = [:]

  package init() {}

  /// The text of what ``Metadata/encoded()`` gives.
  package mutating func text(of metadata: Metadata) -> [UInt8] {
    var frame = metadata
    for index in frame.sources.indices { frame.sources[index].tables = [] }
    var writer = JSONWriter()
    writer.beginObject()
    var written: [String: [TableName: Entry]] = [:]
    for member in frame.encoded().object?.members ?? [] {
      writer.key(member.key)
      guard member.key == "sources" else {
        writer.value(member.value)
        continue
      }
      writer.beginArray()
      for source in member.value.array ?? [] {
        let name = source["name"]?.string ?? ""
        let tables = metadata.source(named: name)?.tables ?? []
        written[name] = write(source, tables, known[name] ?? [:], to: &writer)
      }
      writer.endArray()
    }
    writer.endObject()
    known = written
    return writer.finish()
  }

  /// Writes a source that comes without its tables.
  private func write(
    _ source: JSONValue,
    _ tables: [TrackedTable],
    _ known: [TableName: Entry],
    to writer: inout JSONWriter
  ) -> [TableName: Entry] {
    var written: [TableName: Entry] = [:]
    writer.beginObject()
    for member in source.object?.members ?? [] {
      writer.key(member.key)
      guard member.key == "tables" else {
        writer.value(member.value)
        continue
      }
      writer.beginArray()
      for table in tables.sorted(by: { $0.table < $1.table }) {
        var entry = known[table.table]
        if entry?.table != table { entry = Entry(table: table, text: table.encoded().serialized) }
        guard let entry else { continue }
        writer.raw(entry.text.span)
        written[table.table] = entry
      }
      writer.endArray()
    }
    writer.endObject()
    return written
  }
}
