/// What a listener keeps of a client: an HTTP connection, or what has become of one.
protocol ServedConnection: AnyObject {
  /// Ends what takes too long; called about twice a second.
  func checkTimes(_ now: UInt64)
  /// Ends as soon as nothing is under way; the server takes no more connections.
  func shutDown()
  /// Ends at once.
  func close()
}
