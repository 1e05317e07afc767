/// Answers the cases of a GraphQL conformance suite, one JSON object a line.
@main struct GraphQLConformance {
  static func main() {}
}
