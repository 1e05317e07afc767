import Metadata

/// Ends a command with the exit status 1, as `diff` ends where it finds something.
struct DifferenceFound: Error {}

/// What two documents differ in, file by file of their folders, as a unified diff.
struct MetadataDifference {
  private(set) var text = ""

  var isEmpty: Bool { text.isEmpty }

  /// Lines that stand around a change to say where it is.
  private static let context = 3

  init(from old: Metadata, to new: Metadata) {
    let before = Self.files(of: old)
    let after = Self.files(of: new)
    for path in Set(before.keys).union(after.keys).sorted() {
      let (old, new) = (before[path] ?? [], after[path] ?? [])
      guard old != new else { continue }
      text += "--- \(before[path] == nil ? "(nothing)" : "database/\(path)")\n"
      text += "+++ \(after[path] == nil ? "(nothing)" : "folder/\(path)")\n"
      text += Self.hunks(old, new)
    }
  }

  private static func files(of metadata: Metadata) -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: MetadataFolder.files(of: metadata)
        .map { file in
          let lines = String(decoding: file.contents, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
          return (file.path, lines.last == "" ? lines.dropLast() : lines)
        }
    )
  }

  /// One line of both texts put together.
  private struct Line {
    var sign: Character
    var text: String
    /// Where it stands in each text, from 1; of a line that is not there, where it would.
    var old: Int
    var new: Int
  }

  private static func hunks(_ old: [String], _ new: [String]) -> String {
    let lines = merged(old, new)
    let changed = lines.indices.filter { lines[$0].sign != " " }
    var text = ""
    var rest = changed[...]
    while let first = rest.first {
      var last = first
      while let next = rest.first, next <= last + 2 * context + 1 {
        last = next
        rest.removeFirst()
      }
      let range = max(0, first - context)...min(lines.count - 1, last + context)
      let hunk = lines[range]
      let removed = hunk.filter { $0.sign != "+" }.count
      let added = hunk.filter { $0.sign != "-" }.count
      text += "@@ -\(lines[range.lowerBound].old),\(removed) "
      text += "+\(lines[range.lowerBound].new),\(added) @@\n"
      for line in hunk { text += "\(line.sign)\(line.text)\n" }
    }
    return text
  }

  private static func merged(_ old: [String], _ new: [String]) -> [Line] {
    let difference = new.difference(from: old)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        lines.append(Line(sign: "-", text: old[left], old: left + 1, new: right + 1))
        left += 1
      } else if right < new.count, inserted.contains(right) {
        lines.append(Line(sign: "+", text: new[right], old: left + 1, new: right + 1))
        right += 1
      } else {
        lines.append(Line(sign: " ", text: new[right], old: left + 1, new: right + 1))
        left += 1
        right += 1
      }
    }
    return lines
  }
}
