package import JSON

/// A role that may do what several others may.
package struct InheritedRole: Hashable, Sendable {
  package var name: String
  /// The roles it is made of, which may be inherited roles themselves.
  package var parents: [String]
  /// Members that nothing here reads.
  package var others: JSONObject

  package init(name: String, parents: [String], others: JSONObject = JSONObject()) {
    self.name = name
    self.parents = parents
    self.others = others
  }
}
