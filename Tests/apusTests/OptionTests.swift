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

  @Test(
    arguments: [
      ("http://127.0.0.1:8080", true), ("https://u:p@example.com/a?b#c", true),
      ("http://[::1]:80", true), ("http://", false), ("http:///a", false), ("https://:443", false),
      ("https://u:p@", false), ("https://?a", false), ("ftp://example.com", false),
      ("example.com", false), ("", false),
    ]
  )
  func aURLHasASchemeAndAHost(text: String, isAllowed: Bool) {
    #expect((OptionDefinition.Form.httpURL.value(of: text) != nil) == isAllowed)
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
              The role whose schema is printed, or as which the running server is asked.
              [APUS_ROLE; default admin]

        """
      )
    )
  }
}
