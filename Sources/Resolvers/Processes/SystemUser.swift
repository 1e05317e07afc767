package import Glibc

/// An account of the operating system.
package struct SystemUser: Hashable, Sendable {
  package let name: String
  package let uid: uid_t
  package let gid: gid_t

  /// The one that this process runs as; nil where the system has no entry for it.
  package static var current: SystemUser? { SystemUser(uid: geteuid()) }

  package init?(uid: uid_t) {
    self.init { getpwuid_r(uid, $0, $1, $2, $3) }
  }

  package init?(named name: String) {
    self.init { getpwnam_r(name, $0, $1, $2, $3) }
  }

  private typealias Lookup = (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
    UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> Int32

  private init?(_ lookup: Lookup) {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var size = 1024
    while true {
      let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
      defer { buffer.deallocate() }
      let code = lookup(&entry, buffer, size, &found)
      if code == ERANGE && size < 1 << 20 {
        size *= 4
        continue
      }
      guard code == 0, found != nil, let name = entry.pw_name else { return nil }
      self.name = String(cString: name)
      uid = entry.pw_uid
      gid = entry.pw_gid
      return
    }
  }
}
