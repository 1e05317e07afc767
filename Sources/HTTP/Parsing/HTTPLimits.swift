/// The largest parts of a request that are read.
package struct HTTPLimits: Hashable, Sendable {
  /// The whole head: request line, header fields and the line ends between them.
  package var maximumHeadBytes = 16 << 10
  package var maximumHeaderCount = 100
  package var maximumTargetBytes = 8 << 10
  package var maximumBodyBytes = 1 << 20

  package init() {}
}
