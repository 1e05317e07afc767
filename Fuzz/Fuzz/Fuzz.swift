import FuzzChecks

/// Called by libFuzzer, which brings the main function, again and again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  check.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
