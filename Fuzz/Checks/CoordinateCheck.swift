import GraphQLCore

/// Schema coordinates out of any bytes: their text is the bytes that they were read from.
enum CoordinateCheck {
  static func run(_ bytes: [UInt8]) {
    do throws(SyntaxError) {
      let coordinate = try SchemaCoordinate(parsing: bytes)
      precondition(coordinate.description.utf8.elementsEqual(bytes), "it says something else")
    } catch {
      precondition(error.offset <= bytes.count, "the error is outside the text")
    }
  }
}
