/// Archives that tests make.
enum ZipFixture {
  /// An archive of one file that is not packed; in the large form, numbers are where LEAN has them.
  static func stored(_ name: String, _ data: [UInt8], isLarge: Bool = false) -> [UInt8] {
    func little(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(value >> ($0 * 8) & 0xFF) }
    }
    let elsewhere = little(0xFFFF_FFFF, 4)
    let size = isLarge ? elsewhere : little(data.count, 4)
    let start = little(0, 2) + little(0, 2) + little(0, 4) + little(0, 4) + size + size
    let header =
      little(0x0403_4B50, 4) + little(20, 2) + start + little(name.utf8.count, 2) + little(0, 2)
      + Array(name.utf8)
    // Another field comes before the one that counts.
    let extra =
      isLarge
      ? little(0x7875, 2) + little(1, 2) + [0] + little(1, 2) + little(24, 2)
        + little(data.count, 8) + little(data.count, 8) + little(0, 8) : []
    let entry =
      little(0x0201_4B50, 4) + little(45, 2) + little(45, 2) + start + little(name.utf8.count, 2)
      + little(extra.count, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
      + (isLarge ? elsewhere : little(0, 4)) + Array(name.utf8) + extra
    let directory = header.count + data.count
    let large =
      isLarge
      ? little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8)
        + little(1, 8) + little(1, 8) + little(entry.count, 8) + little(directory, 8)
        + little(0x0706_4B50, 4) + little(0, 4) + little(directory + entry.count, 8) + little(1, 4)
      : []
    let end =
      little(0x0605_4B50, 4) + little(0, 4) + little(1, 2) + little(1, 2) + little(entry.count, 4)
      + (isLarge ? elsewhere : little(directory, 4)) + little(0, 2)
    return header + data + entry + large + end
  }
}
