import Glibc

/// Names of workers, which no two share: the host, the process, and something of chance.
enum WorkerName {
  static func make() -> String {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    let end = host.firstIndex(of: 0) ?? 0
    let name = String(decoding: host[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(name):\(getpid()):\(String(UInt32.random(in: .min ... .max), radix: 16))"
  }
}
