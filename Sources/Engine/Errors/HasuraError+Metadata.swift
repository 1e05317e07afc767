package import Metadata

extension HasuraError {
  /// A refusal of the metadata API, which knows its code, message and path already.
  package init(_ error: MetadataError) {
    self.init(
      Code(rawValue: error.code.rawValue) ?? .unexpected,
      error.message,
      path: error.path,
      httpStatus: error.status,
      internal: error.internal
    )
  }
}
