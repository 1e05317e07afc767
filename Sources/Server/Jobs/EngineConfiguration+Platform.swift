import Engine
import Resolvers

extension EngineConfiguration {
  /// Adds the platform's own fields, which are there where its tables are.
  mutating func usePlatformFields() {
    let fields = PlatformFields.all()
    nativeFields = fields
    triggerDefect = { ScheduledCall.defect(of: $0, fields) }
  }
}
