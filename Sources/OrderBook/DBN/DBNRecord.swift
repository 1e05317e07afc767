/// One record of a DBN stream where it lies: mapped, or in a buffer of the reader.
///
/// It cannot outlive the next call of ``DBNReader/next()``. Its length has been checked against the
/// bytes that are there, and loads within it are not checked again.
package struct DBNRecord: ~Escapable {
  let base: UnsafeRawPointer
  /// In bytes: 16 to 1020.
  package let length: Int

  @_lifetime(borrow base)
  @inline(__always)
  init(_ base: UnsafeRawPointer, length: Int) {
    self.base = base
    self.length = length
  }

  @inline(__always)
  package var type: UInt8 { load(1) }
  @inline(__always)
  package var publisherID: UInt16 { load(2) }
  @inline(__always)
  package var instrumentID: UInt32 { load(4) }
  @inline(__always)
  package var eventTime: UInt64 { load(8) }

  /// The integer at an offset, whose end is within the record.
  @inline(__always)
  func load<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Value {
    assert(offset + MemoryLayout<Value>.size <= length)
    return Value(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  /// The record as one of an order, if it is that.
  @inline(__always)
  package var order: MBORecord? {
    type == MBORecord.type && length >= MBORecord.size ? MBORecord(self) : nil
  }
}

/// A record of a single order's life, or of a trade (market by order).
package struct MBORecord: BitwiseCopyable, Sendable {
  package static let type: UInt8 = 0xA0
  package static let size = 56

  /// What happened, a letter.
  package enum Action {
    package static let add = UInt8(ascii: "A")
    package static let cancel = UInt8(ascii: "C")
    package static let modify = UInt8(ascii: "M")
    package static let clear = UInt8(ascii: "R")
    package static let trade = UInt8(ascii: "T")
    package static let fill = UInt8(ascii: "F")
    package static let none = UInt8(ascii: "N")
  }

  /// Bits of ``flags``.
  package enum Flag {
    /// The last record of an event of the instrument.
    package static let last: UInt8 = 128
    /// The venue tells the best level of each side alone.
    package static let topOfBook: UInt8 = 64
    package static let snapshot: UInt8 = 32
    /// Something was lost before it.
    package static let maybeBadBook: UInt8 = 4
  }

  /// What a price is that is not there.
  package static let undefinedPrice = Int64.max
  package static let undefinedTime = UInt64.max

  package var publisherID: UInt16
  package var instrumentID: UInt32
  package var eventTime: UInt64
  package var orderID: UInt64
  /// In units of 1e-9.
  package var price: Int64
  package var size: UInt32
  package var flags: UInt8
  package var action: UInt8
  package var side: UInt8

  @inline(__always)
  init(_ record: borrowing DBNRecord) {
    publisherID = record.publisherID
    instrumentID = record.instrumentID
    eventTime = record.eventTime
    orderID = record.load(16)
    price = record.load(24)
    size = record.load(32)
    flags = record.load(36)
    action = record.load(38)
    side = record.load(39)
  }

  package init(
    publisherID: UInt16 = 1,
    instrumentID: UInt32 = 1,
    eventTime: UInt64,
    orderID: UInt64,
    price: Int64,
    size: UInt32,
    flags: UInt8,
    action: UInt8,
    side: UInt8
  ) {
    self.publisherID = publisherID
    self.instrumentID = instrumentID
    self.eventTime = eventTime
    self.orderID = orderID
    self.price = price
    self.size = size
    self.flags = flags
    self.action = action
    self.side = side
  }
}

/// A record of an order where it lies, of 56 bytes at least: each field is loaded when it is asked for.
struct OrderEvent {
  private let base: UnsafeRawPointer

  /// The record outlives this.
  @inline(__always)
  init(_ record: borrowing DBNRecord) {
    base = record.base
  }

  /// The bytes outlive this.
  init(_ bytes: UnsafeRawPointer) {
    base = bytes
  }

  @inline(__always)
  private func load<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Value {
    Value(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  @inline(__always) var eventTime: UInt64 { load(8) }
  @inline(__always) var orderID: UInt64 { load(16) }
  @inline(__always) var price: Int64 { load(24) }
  @inline(__always) var size: UInt32 { load(32) }
  @inline(__always) var flags: UInt8 { load(36) }
  @inline(__always) var action: UInt8 { load(38) }
  @inline(__always) var side: UInt8 { load(39) }
}

extension MBORecord {
  /// The record as an event, which lasts as long as the call.
  func withEvent(_ body: (OrderEvent) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: Self.size, alignment: 8) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      bytes.storeBytes(of: eventTime.littleEndian, toByteOffset: 8, as: UInt64.self)
      bytes.storeBytes(of: orderID.littleEndian, toByteOffset: 16, as: UInt64.self)
      bytes.storeBytes(of: price.littleEndian, toByteOffset: 24, as: Int64.self)
      bytes.storeBytes(of: size.littleEndian, toByteOffset: 32, as: UInt32.self)
      bytes.storeBytes(of: flags, toByteOffset: 36, as: UInt8.self)
      bytes.storeBytes(of: action, toByteOffset: 38, as: UInt8.self)
      bytes.storeBytes(of: side, toByteOffset: 39, as: UInt8.self)
      guard let start = bytes.baseAddress else { return }
      body(OrderEvent(start))
    }
  }
}
