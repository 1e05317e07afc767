import GraphQLCore
import JSON
import Metadata

/// The queries that others than administrators may ask while the allow list is enforced.
///
/// Documents are compared as printed, without fields named `__typename`, which clients add on their
/// own; the order of fields counts, as it does with Hasura.
struct Allowlist: Sendable {
  private var global: Set<[UInt8]> = []
  private var byRole: [String: Set<[UInt8]>] = [:]

  init(_ entries: [AllowlistEntry], _ queries: [SavedQuery]) {
    for entry in entries {
      let texts =
        queries
        .filter { $0.collection.hasSameBytes(as: entry.collection) }
        .compactMap { $0.document?.normalized }
      switch entry.scope {
      case .global: global.formUnion(texts)
      case .roles(let roles):
        for role in roles { byRole[role, default: []].formUnion(texts) }
      }
    }
  }

  func allows(_ document: Document, for role: String) -> Bool {
    let text = document.normalized
    return global.contains(text) || byRole[role]?.contains(text) ?? false
  }
}
