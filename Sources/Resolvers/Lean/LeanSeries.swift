import JSON

/// The points of a series of one of LEAN's charts.
///
/// A point is `[time, value]`, `[time, open, high, low, close]`, or `{"x": time, "y": value}` in old
/// files; a point without a value is left out.
struct LeanSeries {
  struct Point: Hashable {
    var time: Timestamp
    var value: ExactDecimal
  }

  /// In the order of their times, one for each.
  let points: [Point]

  init(_ chart: String, _ series: String, in charts: LeanObject) {
    let object = LeanObject(LeanObject(charts.json[chart]).object("series").json[series])
    self.init(object["values"])
  }

  init(_ values: JSONValue?) {
    var last: [Timestamp: ExactDecimal] = [:]
    for value in values?.array ?? [] {
      if let point = Self.point(value) { last[point.time] = point.value }
    }
    points = last.map { Point(time: $0.key, value: $0.value) }.sorted { $0.time < $1.time }
  }

  private static func point(_ json: JSONValue) -> Point? {
    if let members = json.array {
      guard members.count >= 2, let time = Timestamp(members.first),
        // A candle ends with its close.
        let value = ExactDecimal(members.last)
      else { return nil }
      return Point(time: time, value: value)
    }
    let object = LeanObject(json)
    guard let time = object.time("x"), let value = object.number("y") else { return nil }
    return Point(time: time, value: value)
  }

  var values: [Timestamp: ExactDecimal] {
    Dictionary(points.map { ($0.time, $0.value) }) { _, last in last }
  }

  /// All series of a chart, added up without their signs: what is long and what is short.
  static func exposure(in charts: LeanObject) -> [Timestamp: ExactDecimal] {
    var sums: [Timestamp: ExactDecimal] = [:]
    for series in LeanObject(charts.json["Exposure"]).object("series").json.members {
      for point in LeanSeries(LeanObject(series.value)["values"]).points {
        sums[point.time] = (sums[point.time] ?? .zero) + point.value.magnitude
      }
    }
    return sums
  }
}
