/// Why a request was not answered with data, and how far it had come.
struct RequestFailure: Error {
  let error: HasuraError
  let stage: GraphQLOutcome.Stage

  init(_ error: HasuraError, _ stage: GraphQLOutcome.Stage) {
    self.error = error
    self.stage = stage
  }
}
