/// What has been done to cancel a connection's request, and until when it has to have helped.
struct Cancellation {
  private var onTheWay = 0
  private var target: ObjectIdentifier?
  private var limit: UInt64 = 0

  /// Whether the server may still be told to cancel: no new request may be hit by that.
  var isOnTheWay: Bool { onTheWay > 0 }

  /// When the connection is to be given up, because the server cannot be told or does not obey.
  var deadline: UInt64? { onTheWay > 0 || target != nil ? limit : nil }

  mutating func sent(for request: AnyObject, deadline: UInt64) {
    onTheWay += 1
    target = ObjectIdentifier(request)
    limit = deadline
  }

  mutating func arrived() {
    onTheWay -= 1
  }

  mutating func answered(_ request: AnyObject) {
    if target == ObjectIdentifier(request) { target = nil }
  }
}
