extension Predicate {
  /// This condition on the rows that a permission lets a role see.
  ///
  /// PostgreSQL evaluates the parts of a condition in the order of their costs and not in that of the
  /// text, so that a part of the request may be evaluated on rows that the role does not see. Most
  /// parts tell nothing by that. One that may fail on some rows would tell by its error that there is
  /// such a row: it is evaluated where the permission holds, and only there.
  package func within(_ permission: Predicate) -> Predicate {
    guard permission != .always else { return self }
    let parts = if case .and(let parts) = self { parts } else { [self] }
    let unfailing = parts.filter { !$0.mayFail }.reduce(.always) { $0 && $1 }
    let failing = parts.filter(\.mayFail).reduce(.always) { $0 && $1 }
    // What is asked for narrows the rows down more than what a role may see.
    let seen = unfailing && permission
    return failing == .always ? seen : seen && .guarded(failing, by: permission)
  }

  /// Whether its evaluation can end in an error that depends on the row.
  private var mayFail: Bool {
    switch self {
    case .always, .never, .isNull, .keys, .permission, .guarded, .columnComparison: false
    case .and(let parts), .or(let parts): parts.contains(where: \.mayFail)
    case .not(let inner), .related(_, let inner), .exists(_, let inner): inner.mayFail
    case .comparison(_, let comparison, _), .castComparison(_, _, let comparison, _):
      comparison.mayFail
    case .compared(let comparison): comparison.value.mayFail || comparison.comparison.mayFail
    case .isNullValue(let value, _): value.mayFail
    case .aggregate(_, let aggregate): aggregate.function.mayFail || aggregate.filter.mayFail
    case .relatedByFunction: true
    }
  }
}

extension Comparison.Value {
  /// Whether making it can fail: a function may raise what it likes, a cast refuses what it cannot read.
  fileprivate var mayFail: Bool {
    switch self {
    case .column: false
    case .computed, .cast: true
    }
  }
}

extension PredicateFunction {
  /// Whether a result can be too large for its type.
  fileprivate var mayFail: Bool {
    switch self {
    case .count, .boolAnd, .boolOr, .max, .min: false
    case .avg, .corr, .covarSamp, .stddevSamp, .sum, .varSamp: true
    }
  }
}

extension ComparisonOperator {
  /// Whether it can fail on a row although its operand was read: a pattern is understood only where it
  /// is first matched, and geometries of different reference systems do not compare.
  ///
  /// The pattern of a `like` is looked at before it is sent.
  package var mayFail: Bool {
    switch self {
    case .similar, .notSimilar, .regex, .notRegex, .caseInsensitiveRegex, .notCaseInsensitiveRegex,
      .stContains, .stCrosses, .stEquals, .stIntersects, .st3DIntersects, .stOverlaps, .stTouches,
      .stWithin, .stDWithin, .st3DDWithin, .stIntersectsRaster, .stIntersectsBandAndGeometry,
      .stIntersectsGeometryAndBand:
      true
    default: false
    }
  }
}
