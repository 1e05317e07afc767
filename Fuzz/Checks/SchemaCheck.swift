import GraphQLCore

/// Schemas out of any bytes: what a schema prints describes the same schema.
enum SchemaCheck {
  static func run(_ bytes: [UInt8]) {
    guard let document = try? Document(parsing: bytes) else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    let isSound = validateSDL(document).isEmpty
    // The schema may be built though its types are wrong, as a tool that shows it would.
    _ = try? validateSchema(document)
    guard let schema = try? Schema(parsing: text), isSound else { return }
    let printed = schema.sdl()
    // A schema of nothing but what is built in has no text, and that is no document.
    guard !printed.isEmpty else { return }
    guard let again = try? Schema(parsing: printed) else {
      preconditionFailure("what is printed is no schema")
    }
    precondition(again.sdl() == printed, "printed again, it is another schema")
    if let extended = try? again.extended(by: Document(parsing: "scalar AddedByTheCheck")) {
      precondition(extended.sdl().contains("scalar AddedByTheCheck"), "the extension is lost")
    }
  }
}
