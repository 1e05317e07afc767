// What the bytes of a template can be.
extension UInt8 {
  var isLetter: Bool {
    self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z")
  }

  var isWord: Bool {
    isLetter || self == UInt8(ascii: "_")
      || (self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9"))
  }
}
