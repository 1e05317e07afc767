import Metadata
import Resolvers

/// Files with bars, as others deliver them, and what else the platform's fields read of texts.
enum BarFilesCheck {
  static func run(_ bytes: [UInt8]) {
    let window = -100_000...1_000_000
    for form in [BarFile.Form.named, .lean] {
      guard let bars = try? BarFile.read(bytes, form, symbol: "A", window: window) else { continue }
      precondition(bars.days.allSatisfy { window.contains(Int($0)) })
      // No line is both a bar and none, and none is counted twice.
      let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
      precondition(bars.count + bars.rejections.count <= lines)
    }
    if let contents = try? ZipArchive.first(in: bytes, limit: 1 << 20) {
      precondition(contents.count <= 1 << 20)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let schedule = try? CronSchedule(text), let date = CivilDate(year: 2028, month: 2, day: 29) {
      _ = schedule.matches(CronSchedule.Minute(date: date, minute: 61))
    }
  }
}
