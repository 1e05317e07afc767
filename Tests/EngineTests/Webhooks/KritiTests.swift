import JSON
import Testing

@testable import Engine

struct KritiTests {
  private static let scope = KritiScope(variables: [
    "$body": [
      "name": "Ann", "tags": ["a", "b"], "n": 3, "nested": ["x-y": true], "nothing": nil,
    ],
    "$session_variables": ["x-hasura-role": "user"], "$base_url": "http://h",
  ])

  @Test(
    arguments: [
      (
        #"{"a": {{$body.name}}, "b": [1, -2.5e3, true, null]}"#,
        #"{"a":"Ann","b":[1,-2.5e3,true,null]}"#
      ),
      (#""{{$body.name}} is {{$body.n}}""#, #""Ann is 3""#),
      ("{{ $body.nested['x-y'] }}", "true"),
      ("{{ $body?.gone?.more }}", "null"),
      ("{{ $body.nothing ?? 7 }}", "7"),
      (
        #"{{ if $body.n > 2 && $body.name == "Ann" }} "big" {{ else }} "small" {{ end }}"#,
        #""big""#
      ),
      (#"{{ if $body.n < 2 }} 1 {{ elif $body.n < 4 }} 2 {{ else }} 3 {{ end }}"#, "2"),
      (
        "{{ range i, x := $body.tags }} {\"at\": {{i}}, \"tag\": {{x}}} {{ end }}",
        #"[{"at":0,"tag":"a"},{"at":1,"tag":"b"}]"#
      ),
      (#"{{ "b" in $body.tags }}"#, "true"),
      (#"{{ getSessionVariable("x-hasura-role") }}"#, #""user""#),
      (#"{{ escapeUri("a b&ü") }}"#, #""a%20b%26%C3%BC""#),
      (#"{{ concat([$body.tags, ["c"]]) }}"#, #"["a","b","c"]"#),
      (#"{{ toUpper(head($body.tags)) }}"#, #""A""#),
      (#"{{ not ($body.n == 3) }}"#, "false"),
      ("{{ fromPairs(toPairs($body.nested)) }}", #"{"x-y":true}"#),
    ]
  )
  func fillsIn(template: String, into expected: String) throws {
    #expect(try Self.scope.value(template).text == expected)
  }

  @Test func fillsTextsInWithoutQuotes() throws {
    #expect(try Self.scope.text("{{$base_url}}/{{$body.name}}?n={{$body.n}}") == "http://h/Ann?n=3")
  }

  @Test(arguments: [
    "{{ $body.gone }}", "{{ $bodyy }}", "{{", "{\"a\" 1}", "{{ if 1 }} 1 {{ end }}",
    "{{ head([]) }}", "\"{{ $body.tags }}\"", "{{ nonsense(1) }}", "[1,]", "\"open",
  ])
  func refuses(template: String) {
    #expect(throws: KritiError.self) { try Self.scope.value(template) }
  }

  @Test func refusesWhatIsNestedTooDeeply() {
    let deep = String(repeating: "[", count: 5_000)
    #expect(throws: KritiError.self) { try Self.scope.value(deep) }
    let expression = "{{ " + String(repeating: "(", count: 5_000)
    #expect(throws: KritiError.self) { try Self.scope.value(expression) }
  }
}
