/// What can be fuzzed: `./fuzz http 60` runs the case `http` for a minute.
///
/// A check gets any bytes and traps when a rule is broken. Tests run it on the files of
/// `Fuzz/Corpus/<case>`, so that what was found once is never lost again.
package enum FuzzCheck: String, CaseIterable, Sendable {
  case http

  package func run(_ bytes: [UInt8]) {
    switch self {
    case .http: HTTPRequestCheck.run(bytes)
    }
  }
}
