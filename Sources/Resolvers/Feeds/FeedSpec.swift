package import Engine
import JSON

/// What `start_feed` was asked for.
package struct FeedSpec: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    /// One file, from its first record to its last.
    case file(String)
    /// The files of a folder by their names, and those that come later.
    case folder(String)
  }

  package var name: String
  package var source: Source
  /// Whose configuration is `NAME.yaml`.
  package var instrument: String
  /// How much faster than it happened; 0 for as fast as it is read.
  package var speed: Double
  /// Where it begins, in nanoseconds since 1970; nil for the first record.
  package var start: UInt64?
  package var wantsGold: Bool
  package var recordsBins: Bool
  package var bars: BarWidth?
  package var instrumentID: UInt32?
  package var publisherID: UInt16?

  /// The widths that bars of trades can have.
  package enum BarWidth: String, CaseIterable, Hashable, Sendable {
    case oneSecond = "1s"
    case oneMinute = "1m"
    case fiveMinutes = "5m"
    case fifteenMinutes = "15m"
    case thirtyMinutes = "30m"
    case oneHour = "1h"

    package var nanoseconds: UInt64 {
      let seconds: UInt64 =
        switch self {
        case .oneSecond: 1
        case .oneMinute: 60
        case .fiveMinutes: 300
        case .fifteenMinutes: 900
        case .thirtyMinutes: 1800
        case .oneHour: 3600
        }
      return seconds * 1_000_000_000
    }
  }

  private static let fastest = 1e6

  package init(_ call: NativeCall) throws(HasuraError) {
    name = call.text("feed") ?? ""
    guard MarketSpec.isFileName(name), name.utf8.count <= 63 else {
      throw call.failure(
        "a feed's name has 1 to 63 letters, digits, points, hyphens and underscores",
        at: "feed"
      )
    }
    switch (call.text("file"), call.text("folder")) {
    case (let file?, nil): source = .file(try Self.path(file, "file", call))
    case (nil, let folder?): source = .folder(try Self.path(folder, "folder", call))
    default: throw call.failure("a feed has either a file or a folder")
    }
    instrument = call.text("instrument") ?? ""
    guard MarketSpec.isFileName(instrument) else {
      throw call.failure("'\(instrument)' can be no instrument's name", at: "instrument")
    }
    speed = try Self.speed(call) ?? 1
    start = try Self.time(call, "from")
    wantsGold = call.bool("gold") ?? true
    recordsBins = call.bool("record") ?? false
    if let text = call.text("bars") {
      guard let width = BarWidth(rawValue: text) else {
        let known = BarWidth.allCases.map(\.rawValue).joined(separator: ", ")
        throw call.failure("'\(text)' is no width of bars; there are \(known)", at: "bars")
      }
      bars = width
    }
    instrumentID = try Self.number(call, "instrument_id")
    publisherID = try Self.number(call, "publisher_id")
  }

  /// The speed that a call names.
  static func speed(_ call: NativeCall) throws(HasuraError) -> Double? {
    guard let text = call.text("speed") else { return nil }
    guard let speed = Double(text), speed == 0 || (1e-3...fastest).contains(speed) else {
      throw call.failure(
        "the speed is 0, for as fast as the file is read, or from 0.001 to 1000000",
        at: "speed"
      )
    }
    return speed
  }

  /// A moment, by the argument of that name or by its nanoseconds in the one with `_ns` behind it.
  static func time(_ call: NativeCall, _ argument: String) throws(HasuraError) -> UInt64? {
    switch (call.text(argument), call.text("\(argument)_ns")) {
    case (nil, nil): return nil
    case (let text?, nil):
      guard let time = Timestamp(text), time.seconds >= 0,
        UInt64(time.seconds) < UInt64.max / 1_000_000_000
      else {
        throw call.failure("'\(text)' is no time since 1970", at: argument)
      }
      return UInt64(time.seconds) * 1_000_000_000 + UInt64(time.nanoseconds)
    case (nil, let text?):
      guard let nanoseconds = UInt64(text) else {
        throw call.failure("'\(text)' is no number of nanoseconds since 1970", at: "\(argument)_ns")
      }
      return nanoseconds
    default: throw call.failure("either \(argument) or \(argument)_ns", at: argument)
    }
  }

  private static func number<Number: FixedWidthInteger>(
    _ call: NativeCall,
    _ argument: String
  ) throws(HasuraError) -> Number? {
    guard let text = call.text(argument) else { return nil }
    guard let number = Number(text) else {
      throw call.failure("\(text) is not from 0 to \(Number.max)", at: argument)
    }
    return number
  }

  /// A path below the folder of feeds, that leads nowhere else.
  private static func path(
    _ text: String,
    _ argument: String,
    _ call: NativeCall
  ) throws(HasuraError) -> String {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isWhole = argument == "folder" && text == "."
    guard isWhole || parts.allSatisfy(MarketSpec.isFileName) else {
      throw call.failure(
        "'\(text)' is no path below the folder of feeds: names of letters, digits, points, hyphens "
          + "and underscores, with / between them",
        at: argument
      )
    }
    return text
  }

  /// As the row of the feed keeps it.
  var json: JSONObject {
    var object = JSONObject()
    switch source {
    case .file(let name): object.append("file", .string(name))
    case .folder(let name): object.append("folder", .string(name))
    }
    object.append("instrument", .string(instrument))
    object.append("speed", .number(JSONNumber("\(speed)") ?? JSONNumber(0)))
    if let start { object.append("from_ns", .string(String(start))) }
    object.append("gold", .bool(wantsGold))
    object.append("record", .bool(recordsBins))
    if let bars { object.append("bars", .string(bars.rawValue)) }
    if let instrumentID { object.append("instrument_id", .number(JSONNumber(Int(instrumentID)))) }
    if let publisherID { object.append("publisher_id", .number(JSONNumber(Int(publisherID)))) }
    return object
  }
}
