/// The options of what does jobs.
extension Option {
  static var workersDefinition: OptionDefinition {
    OptionDefinition(
      "workers",
      variables: "APUS_WORKERS",
      form: .number(0...256),
      defaultValue: "2",
      commands: [.serve, .worker],
      help: "How many jobs of the queue run at once in this process; 0 leaves them to others."
    )
  }

  static var jobLeaseDefinition: OptionDefinition {
    OptionDefinition(
      "job-lease",
      variables: "APUS_JOB_LEASE",
      form: .number(1...3600),
      defaultValue: "30",
      commands: [.serve, .worker],
      help: "After how many seconds without a word from its worker a job is given to another."
    )
  }
}
