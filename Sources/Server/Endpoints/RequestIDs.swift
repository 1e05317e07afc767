import Synchronization

/// Makes the values of `x-request-id`: UUIDs that no two requests share, and no two processes.
///
/// A counter run through a mixing function beside a random half: one random draw a process, none
/// a request.
final class RequestIDs: Sendable {
  private let process = UInt64.random(in: .min ... .max)
  private let counter = Atomic<UInt64>(UInt64.random(in: .min ... .max))

  /// The client's own id where it is fit to be repeated, else a new one.
  func id(given: String?) -> String {
    guard let given, !given.isEmpty, given.utf8.count <= 128,
      given.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return next() }
    return given
  }

  private func next() -> String {
    let count = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return RequestIDs.uuid(process, RequestIDs.mixed(count))
  }

  /// The finalizer of SplitMix64, a bijection: different counts stay different.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// Version 4 in its variant, as RFC 9562 lays it out.
  private static func uuid(_ high: UInt64, _ low: UInt64) -> String {
    let high = high & ~0xF000 | 0x4000
    let low = low & ~(0b11 << 62) | 0b10 << 62
    return String(unsafeUninitializedCapacity: 36) { text in
      var position = 0
      for index in 0..<32 {
        if index >= 8, index <= 20, index % 4 == 0 {
          text[position] = UInt8(ascii: "-")
          position += 1
        }
        let half = index < 16 ? high : low
        let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - index % 16 * 4) & 0xF)
        text[position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        position += 1
      }
      return position
    }
  }
}
