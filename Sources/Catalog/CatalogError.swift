/// An answer to ``Catalog/query`` that does not look as that statement makes it.
package struct CatalogError: Error, Hashable, Sendable {
  package var message: String

  init(_ message: String) {
    self.message = message
  }
}

extension CatalogError: CustomStringConvertible {
  package var description: String { message }
}
