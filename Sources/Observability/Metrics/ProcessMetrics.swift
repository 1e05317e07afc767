import Glibc

/// What the system says of this process, under the names that Prometheus' own clients use.
package enum ProcessMetrics {
  package static func append(to text: inout PrometheusText) {
    var usage = rusage()
    if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
      let time = [usage.ru_utime, usage.ru_stime]
      let nanoseconds = time.reduce(UInt64(0)) {
        $0 + UInt64($1.tv_sec) * 1_000_000_000 + UInt64($1.tv_usec) * 1000
      }
      var seconds: [UInt8] = []
      seconds.append(secondsOf: nanoseconds)
      text.add(
        "process_cpu_seconds_total",
        .counter,
        "Time on processors, of the user and of the system.",
        String(decoding: seconds, as: UTF8.self)
      )
    }
    if let bytes = residentBytes {
      text.add("process_resident_memory_bytes", .gauge, "Resident memory.", String(bytes))
    }
  }

  /// `/proc/self/statm` has the numbers of pages, of which the second are resident.
  private static var residentBytes: Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
    let fields = buffer.prefix { $0 != 0 }.split(separator: CChar(UInt8(ascii: " ")))
    guard fields.count > 1 else { return nil }
    let digits = String(decoding: fields[1].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Int(digits).map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
  }
}
