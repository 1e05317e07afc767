import HTTP
import Testing

struct HTTPHeadersPrefixTests {
  @Test func findsTheFieldsWhoseNamesBeginSo() {
    let headers = HTTPHeaders([
      (name: "X-Hasura-Role", value: "trader"), (name: "x-hasura", value: "short"),
      (name: "accept", value: "*/*"), (name: "x-hasura-desk-id", value: ""),
      (name: "y-x-hasura-role", value: "no"),
    ])
    var found: [String] = []
    headers.forEach(prefix: "x-hasura-") { field in
      let value = String(decoding: field.value, as: UTF8.self)
      found.append("\(field.name)=\(value) \(field.hasName("X-Hasura-Role"))")
    }
    #expect(found == ["x-hasura-role=trader true", "x-hasura-desk-id= false"])
  }
}
