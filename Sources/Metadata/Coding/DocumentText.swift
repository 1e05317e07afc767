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

  /// By source: the tables in the order of their names.
  private var known: [String: [Entry]] = [:]

  package init() {}

  /// The text of what ``Metadata/encoded()`` gives.
  package mutating func text(of metadata: Metadata) -> [UInt8] {
    var frame = metadata
    for index in frame.sources.indices { frame.sources[index].tables = [] }
    var writer = JSONWriter()
    writer.beginObject()
    var written: [String: [Entry]] = [:]
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
        written[name] = write(source, tables, known[name] ?? [], to: &writer)
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
    _ known: [Entry],
    to writer: inout JSONWriter
  ) -> [Entry] {
    var written: [Entry] = []
    writer.beginObject()
    for member in source.object?.members ?? [] {
      writer.key(member.key)
      guard member.key == "tables" else {
        writer.value(member.value)
        continue
      }
      writer.beginArray()
      var next = 0
      written.reserveCapacity(tables.count)
      for index in tables.indices.sorted(by: { tables[$0].table < tables[$1].table }) {
        while next < known.count, known[next].table.table < tables[index].table { next += 1 }
        if next < known.count, known[next].table == tables[index] {
          written.append(known[next])
        } else {
          let table = tables[index]
          written.append(Entry(table: table, text: table.encoded().serialized))
        }
        let text = written[written.count - 1].text
        writer.raw(text.span)
      }
      writer.endArray()
    }
    writer.endObject()
    return written
  }
}
