import Testing

@testable import apus

struct OptionTests {
  @Test func everyOptionHasNamesOfItsOwn() {
    let names = Option.allCases.flatMap(\.definition.names)
    let variables = Option.allCases.flatMap(\.definition.variables)
    #expect(Set(names).count == names.count)
    #expect(Set(variables).count == variables.count)
  }

  @Test(arguments: Option.allCases)
  func theDefaultIsAnAllowedValue(option: Option) {
    let definition = option.definition
    #expect(definition.defaultValue.map { definition.form.value(of: $0) != nil } ?? true)
  }

  @Test func theHelpOfACommandListsItsOptions() {
    #expect(
      HelpText.text(on: [.version]) == """
        Usage: apus version

        Print the version.

        """
    )
    #expect(
      HelpText.text(on: [.schemaPrint]).hasSuffix(
        """

          --role ROLE
              The role whose schema is printed, or as which presets are run.
              [APUS_ROLE; default admin]

        """
      )
    )
  }
}
