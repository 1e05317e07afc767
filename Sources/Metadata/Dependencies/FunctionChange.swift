import Catalog
import JSON

/// Looks for changes of functions that no document may follow.
struct FunctionChange {
  let source: Source
  let before: Catalog
  let after: Catalog

  /// What Hasura answers to such a change; nil where there is none.
  var refusal: String? {
    for tracked in source.tables {
      for field in tracked.computedFields {
        let (name, function) = (field.name, field.function)
        if isOverloaded(function) {
          return "The function \"\(function)\" associated with computed field\"\(name)\" "
            + "of table \"\(tracked.table)\" is being overloaded"
        }
        if becomesVolatile(function) {
          return "The type of function \"\(function)\" associated with computed field "
            + "\"\(name)\" of table \"\(tracked.table)\" is being altered to \"VOLATILE\""
        }
      }
    }
    let overloaded = source.functions.map(\.function).filter { isOverloaded($0) }
    if !overloaded.isEmpty {
      let list = overloaded.map { "\"\($0)\"" }.joined(separator: ", ")
      return "the following tracked function(s) cannot be overloaded: \(list)"
    }
    for function in source.functions where becomesVolatile(function.function) {
      guard function.configuration.exposure != .mutation else { continue }
      return "type of function \"\(function.function)\" is altered to \"VOLATILE\" "
        + "which is not supported now"
    }
    return nil
  }

  private func isOverloaded(_ name: FunctionName) -> Bool {
    before.functions(name).count == 1 && after.functions(name).count > 1
  }

  private func becomesVolatile(_ name: FunctionName) -> Bool {
    guard let old = before.functions(name).first, old.volatility != .volatile else { return false }
    return after.functions(name).contains { $0.oid == old.oid && $0.volatility == .volatile }
  }
}
