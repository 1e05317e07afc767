import Catalog
import JSON

extension MetadataCommand {
  /// Reads the commands about functions and computed fields.
  init(function type: String, _ arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "track_function":
      let reference = try FunctionReference(decoding: arguments)
      self = .trackFunction(
        reference,
        TrackedFunction(
          reference.function,
          configuration: try arguments.optional("configuration")
            .map(FunctionConfiguration.init(decoding:)) ?? FunctionConfiguration(),
          comment: try arguments.optional("comment")?.string()
        )
      )
    case "untrack_function": self = .untrackFunction(try FunctionReference(decoding: arguments))
    case "set_function_customization":
      self = .setFunctionCustomization(
        try FunctionReference(decodingMembers: arguments),
        try FunctionConfiguration(decoding: arguments.required("configuration"))
      )
    case "create_function_permission":
      self = .createFunctionPermission(
        try FunctionReference(decodingMembers: arguments),
        role: try arguments.required("role").nonEmptyString()
      )
    case "drop_function_permission":
      self = .dropFunctionPermission(
        try FunctionReference(decodingMembers: arguments),
        role: try arguments.required("role").nonEmptyString()
      )
    case "add_computed_field":
      self = .addComputedField(
        try TableReference(decoding: arguments),
        try ComputedField(decodingArguments: arguments)
      )
    default:
      self = .dropComputedField(
        try TableReference(decoding: arguments),
        name: try arguments.required("name").nonEmptyString(),
        cascades: try arguments.optional("cascade")?.bool() ?? false
      )
    }
  }
}

extension MetadataCommand.FunctionReference {
  /// `{"function": f, …}`, or f alone: `"f"` or `{"schema": "s", "name": "f"}`.
  init(decoding arguments: JSONCursor) throws(MetadataError) {
    if arguments.optional("function") != nil || arguments.optional("source") != nil {
      try self.init(decodingMembers: arguments)
    } else {
      self.init(source: "default", function: try FunctionName(decoding: arguments))
    }
  }

  init(decodingMembers arguments: JSONCursor) throws(MetadataError) {
    _ = try arguments.object("Object")
    self.init(
      source: try arguments.source(),
      function: try FunctionName(decoding: arguments.required("function"))
    )
  }
}

extension ComputedField {
  /// The field among the arguments of a command, which also name its table and source.
  fileprivate init(decodingArguments arguments: JSONCursor) throws(MetadataError) {
    try self.init(decoding: arguments)
    others = JSONObject()
  }
}
