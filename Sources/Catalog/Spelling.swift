import JSON

// PostgreSQL tells texts apart by their bytes, where `==` takes canonical equivalents for one: what was
// renamed from one spelling of "é" to the other is not what it was.

extension String? {
  func hasSameBytes(as other: String?) -> Bool {
    switch (self, other) {
    case (nil, nil): true
    case (let left?, let right?): left.hasSameBytes(as: right)
    default: false
    }
  }
}

extension [String] {
  func haveSameBytes(as other: [String]) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0.hasSameBytes(as: $1) }
  }
}

extension Table {
  package static func == (left: Table, right: Table) -> Bool {
    left.oid == right.oid && left.name == right.name && left.kind == right.kind
      && left.columns == right.columns && left.primaryKey == right.primaryKey
      && left.uniqueKeys == right.uniqueKeys && left.foreignKeys == right.foreignKeys
      && left.comment.hasSameBytes(as: right.comment)
      && left.isInsertable == right.isInsertable && left.isUpdatable == right.isUpdatable
      && left.isDeletable == right.isDeletable
  }
}

extension Column {
  package static func == (left: Column, right: Column) -> Bool {
    left.name.hasSameBytes(as: right.name) && left.position == right.position
      && left.type == right.type && left.declaredType == right.declaredType
      && left.isNullable == right.isNullable && left.hasDefault == right.hasDefault
      && left.defaultExpression.hasSameBytes(as: right.defaultExpression)
      && left.generated == right.generated && left.identity == right.identity
      && left.comment.hasSameBytes(as: right.comment)
  }
}

extension Key {
  package static func == (left: Key, right: Key) -> Bool {
    left.oid == right.oid && left.name.hasSameBytes(as: right.name)
      && left.columns.haveSameBytes(as: right.columns)
      && left.isConstraint == right.isConstraint && left.isTotal == right.isTotal
  }
}

extension ForeignKey {
  package static func == (left: ForeignKey, right: ForeignKey) -> Bool {
    left.oid == right.oid && left.name.hasSameBytes(as: right.name) && left.target == right.target
      && left.columns.haveSameBytes(as: right.columns)
      && left.targetColumns.haveSameBytes(as: right.targetColumns)
  }
}

extension PostgresType {
  package static func == (left: PostgresType, right: PostgresType) -> Bool {
    left.oid == right.oid && left.schema.hasSameBytes(as: right.schema)
      && left.name.hasSameBytes(as: right.name) && left.kind == right.kind
      && left.category == right.category && left.element == right.element
      && left.base == right.base && left.relation == right.relation
      && left.enumLabels.haveSameBytes(as: right.enumLabels)
      && left.sqlName.hasSameBytes(as: right.sqlName)
  }
}

extension Function {
  package static func == (left: Function, right: Function) -> Bool {
    left.oid == right.oid && left.name == right.name && left.volatility == right.volatility
      && left.arguments == right.arguments && left.returnType == right.returnType
      && left.returnsSet == right.returnsSet && left.isVariadic == right.isVariadic
      && left.comment.hasSameBytes(as: right.comment)
  }
}

extension Function.Argument {
  package static func == (left: Function.Argument, right: Function.Argument) -> Bool {
    left.name.hasSameBytes(as: right.name) && left.type == right.type
      && left.hasDefault == right.hasDefault
  }
}
