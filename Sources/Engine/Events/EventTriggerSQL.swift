import Catalog
import JSON
import Metadata
import SQLCompiler

/// The triggers in the database that note changes for webhooks, as Hasura makes them.
enum EventTriggerSQL {
  /// For each event trigger of a source what makes its triggers, by name.
  static func definitions(_ source: Source?, _ catalog: Catalog) -> [String: [String]] {
    var definitions: [String: [String]] = [:]
    for tracked in source?.tables ?? [] {
      guard tracked.others["event_triggers"] != nil, catalog.table(tracked.table) != nil else {
        continue
      }
      for trigger in tracked.eventTriggers {
        definitions[trigger.name] = creation(of: trigger, on: tracked.table)
      }
    }
    return definitions
  }

  /// What turns the triggers of one state into those of another.
  static func changes(from old: [String: [String]], to new: [String: [String]]) -> [String] {
    var statements: [String] = []
    for name in old.keys.sorted() where new[name] != old[name] { statements += removal(of: name) }
    let added = new.keys.sorted().filter { new[$0] != old[$0] }
    if !added.isEmpty { statements += EventLog.layout }
    for name in added {
      // What a server before has left under the name.
      if old[name] == nil { statements += removal(of: name) }
      statements += new[name] ?? []
    }
    return statements
  }

  static func removal(of name: String) -> [String] {
    EventTrigger.Operation.allCases.map {
      "drop function if exists \(function(name, $0))() cascade"
    }
  }

  private static func function(_ name: String, _ operation: EventTrigger.Operation) -> String {
    "hdb_catalog." + identifier(name, operation)
  }

  /// The name of the trigger and of its function.
  static func identifier(_ name: String, _ operation: EventTrigger.Operation) -> String {
    "notify_hasura_\(name)_\(operation.rawValue.uppercased())".quotedSQLIdentifier
  }

  private static func creation(of trigger: EventTrigger, on table: TableName) -> [String] {
    var statements: [String] = []
    let sqlName = table.schema.quotedSQLIdentifier + "." + table.name.quotedSQLIdentifier
    for operation in EventTrigger.Operation.allCases {
      guard let specification = trigger.specifications[operation] else { continue }
      let old = operation == .insert ? "null" : row("old", specification.payload)
      let new = operation == .delete ? "null" : row("new", specification.payload)
      let name = identifier(trigger.name, operation)
      statements.append(
        """
        create or replace function hdb_catalog.\(name)() returns trigger language plpgsql as $apus$
        begin
          if \(condition(operation, specification.columns)) then
            perform hdb_catalog.insert_event_log(\(table.schema.quotedSQLLiteral), \
        \(table.name.quotedSQLLiteral), \(trigger.name.quotedSQLLiteral), tg_op, \
        json_build_object('old', \(old), 'new', \(new)));
          end if;
          return null;
        end $apus$
        """
      )
      statements.append("drop trigger if exists \(name) on \(sqlName)")
      statements.append(
        "create trigger \(name) after \(operation.rawValue) on \(sqlName) for each row "
          + "execute procedure hdb_catalog.\(name)()"
      )
      if trigger.isOnReplication {
        statements.append("alter table \(sqlName) enable always trigger \(name)")
      }
    }
    return statements
  }

  private static func row(_ name: String, _ payload: EventTrigger.Columns?) -> String {
    guard case .some(let columns)? = payload else { return "row_to_json(\(name))" }
    let members = columns.map { "\($0.quotedSQLLiteral), \(name).\($0.quotedSQLIdentifier)" }
    return "json_build_object(\(members.joined(separator: ", ")))"
  }

  /// When an operation is told: an update where one of the columns has another value.
  private static func condition(
    _ operation: EventTrigger.Operation,
    _ columns: EventTrigger.Columns
  ) -> String {
    guard operation == .update else { return "true" }
    guard case .some(let columns) = columns else {
      return "old::text is distinct from new::text"
    }
    func values(_ row: String) -> String {
      "row(" + columns.map { "\(row).\($0.quotedSQLIdentifier)" }.joined(separator: ", ")
        + ")::text"
    }
    return "\(values("old")) is distinct from \(values("new"))"
  }
}
