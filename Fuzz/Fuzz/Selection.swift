import FuzzChecks
import Glibc

/// The check that `FUZZ_CHECK` names.
let check: FuzzCheck = {
  let name = getenv("FUZZ_CHECK").map { String(cString: $0) } ?? ""
  guard let check = FuzzCheck(rawValue: name) else {
    let names = FuzzCheck.allCases.map(\.rawValue).joined(separator: ", ")
    print("FUZZ_CHECK is one of: \(names)")
    exit(2)
  }
  return check
}()
