import Glibc

/// The time of day, which schedules are planned by; it may go back.
enum WallClock {
  /// Seconds since 1970.
  static var seconds: Int {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int(now.tv_sec)
  }
}
