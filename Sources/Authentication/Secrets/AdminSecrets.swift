/// The secrets of which any makes a request the administrator's.
///
/// A candidate is compared with all of them, whichever is right, and each in constant time: what the
/// answer takes tells neither the content nor how far a guess is right. Bytes are compared: among
/// characters, "é" is the same in two spellings.
package struct AdminSecrets: Sendable {
  private let secrets: [PaddedBytes]

  package init(_ secrets: [String]) {
    self.secrets = secrets.map { PaddedBytes(Array($0.utf8)[...]) }
  }

  package var isEmpty: Bool { secrets.isEmpty }

  package func contain(_ candidate: ArraySlice<UInt8>) -> Bool {
    let candidate = PaddedBytes(candidate)
    var isFound = false
    for secret in secrets {
      // No early end: which secret of several was right is nobody's business.
      let isSame = secret.isEqual(to: candidate)
      isFound = isSame || isFound
    }
    return isFound
  }
}

/// Bytes, filled up with zeros to a fixed size so that they compare in the same time, whatever they
/// are; longer ones go in as their digest.
///
/// A digest alone would do as well, but costs more than all the rest of finding a session.
struct PaddedBytes: Sendable {
  private static let size = 128

  private var words = InlineArray<16, UInt64>(repeating: 0)
  private let count: Int

  init(_ bytes: ArraySlice<UInt8>) {
    count = bytes.count
    bytes.withUnsafeBytes { bytes in
      guard bytes.count > PaddedBytes.size else { return copy(bytes) }
      let digest = Digest(of: bytes)
      withUnsafeBytes(of: digest) { copy($0) }
    }
  }

  private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
    let whole = bytes.count / 8
    for index in 0..<whole {
      words[index] = bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
    }
    for index in (whole * 8)..<bytes.count {
      words[whole] |= UInt64(bytes[index]) << UInt64(index % 8 * 8)
    }
  }

  /// Looks at every word, whichever differs.
  func isEqual(to other: PaddedBytes) -> Bool {
    var difference = UInt64(truncatingIfNeeded: count ^ other.count)
    for index in 0..<16 { difference |= words[index] ^ other.words[index] }
    return difference == 0
  }
}
