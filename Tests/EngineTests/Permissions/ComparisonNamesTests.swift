import Metadata
import SQLCompiler
import Testing

@Suite struct ComparisonNamesTests {
  @Test(arguments: ComparisonOperator.allCases)
  func knowsEachOperatorThatIsCompiled(comparison: ComparisonOperator) {
    #expect(ComparisonNames.isKnown(comparison.rawValue))
    #expect(ComparisonNames.isKnown("$" + comparison.rawValue.dropFirst()))
  }

  @Test(arguments: ["_equals", "eq", "", "_", "$", "_cfoo", "_EQ"])
  func knowsNoOther(name: String) {
    #expect(!ComparisonNames.isKnown(name))
  }
}
