import Engine
import Resolvers

extension EngineConfiguration {
  /// Adds the platform's own fields, which are there where its tables are.
  mutating func usePlatformFields(_ settings: ProviderSettings, _ feeds: FeedHub) {
    let fields = PlatformFields.all(settings, feeds)
    nativeFields = fields
    triggerDefect = { ScheduledCall.defect(of: $0, fields) }
  }
}

extension ProviderSettings {
  /// What the options say; credentials come from the environment alone.
  init(_ options: OptionValues) {
    self.init(environment: ProcessEnvironment.current())
    func url(_ option: Option) -> String {
      var url = options.text(option) ?? ""
      while url.hasSuffix("/") { url.removeLast() }
      return url
    }
    alpacaURL = url(.alpacaURL)
    alpacaDataURL = url(.alpacaDataURL)
    tradierURL = url(.tradierURL)
    polygonURL = url(.polygonURL)
    fredURL = url(.fredURL)
    barsFolder = options.text(.barsDirectory).map { FilePath($0) }
    leanDataFolder = options.text(.leanDataDirectory).map { FilePath($0) }
    leanProjects = options.text(.leanProjects).map { FilePath($0) }
    leanCommand = (options.text(.leanCommand) ?? "lean").split(separator: " ").map(String.init)
    timeout = .seconds(options.number(.providerTimeout) ?? 30)
  }
}
