import Glibc

/// How many files and sockets the process may have open.
enum DescriptorLimit {
  /// Asks for as many as the operator allows: what a shell or a service manager starts with, often
  /// 1,024, is far below what one server can hold.
  static func raise() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)
  }
}
