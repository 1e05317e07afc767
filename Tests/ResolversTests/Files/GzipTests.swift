import Resolvers
import Testing

struct GzipTests {
  /// `printf 'hello hello hello\n' | gzip -n`.
  private static let packed: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57,
    0xc8, 0x40, 0x90, 0x5c, 0x00, 0x3b, 0x7c, 0x8a, 0xdf, 0x12, 0x00, 0x00, 0x00,
  ]

  @Test func unpacks() throws {
    #expect(try Gzip.unpack(Self.packed) == Array("hello hello hello\n".utf8))
  }

  @Test func refusesWhatIsNotWhole() {
    #expect(throws: Gzip.Failure.self) { try Gzip.unpack(Array(Self.packed.dropLast(5))) }
    #expect(throws: Gzip.Failure.self) { try Gzip.unpack(Array("plain".utf8)) }
    #expect(throws: Gzip.Failure.self) { try Gzip.unpack([]) }
  }

  @Test func refusesMoreThanTheLimit() {
    #expect(throws: Gzip.Failure.self) { try Gzip.unpack(Self.packed, limit: 10) }
  }
}
