/// A named type with its list and non-null wrappers, in eight bytes.
///
/// `wrappers` is a bit for each level that says whether the level is non-null, the outermost level
/// lowest, below a bit that marks the end: `T` is `0b10`, `T!` is `0b11`, `[T!]` is `0b110`.
package struct TypeReference: Hashable, Sendable {
  @usableFromInline let typeIndex: Int32
  @usableFromInline let wrappers: UInt32

  /// How many lists may be around a type: the bits end there.
  package static var maximumListDepth: Int { 30 }

  @inlinable package init(_ type: TypeID) {
    self.init(typeIndex: type.raw, wrappers: 0b10)
  }

  @inlinable init(typeIndex: Int32, wrappers: UInt32) {
    self.typeIndex = typeIndex
    self.wrappers = wrappers
  }

  /// The named type inside all wrappers.
  @inlinable package var type: TypeID { TypeID(Int(typeIndex)) }

  @inlinable package var isNonNull: Bool { wrappers & 1 == 1 }
  @inlinable package var isList: Bool { wrappers >= 0b100 }

  @inlinable package var nonNull: Self {
    Self(typeIndex: typeIndex, wrappers: wrappers | 1)
  }

  @inlinable package var nullable: Self {
    Self(typeIndex: typeIndex, wrappers: wrappers & ~1)
  }

  /// A list of it; who builds types from text keeps to ``maximumListDepth``.
  @inlinable package var list: Self {
    precondition(wrappers < 1 << 31, "a type is in more lists than a reference can hold")
    return Self(typeIndex: typeIndex, wrappers: wrappers << 1)
  }

  /// What the list holds, whether the list may be null or not; nil where it is no list.
  @inlinable package var item: Self? {
    isList ? Self(typeIndex: typeIndex, wrappers: wrappers >> 1) : nil
  }
}

extension TypeReference {
  /// How many lists are around the named type.
  var listDepth: Int { 30 - wrappers.leadingZeroBitCount }

  /// The same wrappers around another type.
  func replacing(_ type: TypeID) -> Self {
    Self(typeIndex: type.raw, wrappers: wrappers)
  }
}
