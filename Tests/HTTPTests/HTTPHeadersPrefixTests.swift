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
    headers.forEach(prefix: "x-hasura-") { name, value in
      found.append("\(name)=\(String(decoding: value, as: UTF8.self))")
    }
    #expect(found == ["x-hasura-role=trader", "x-hasura-desk-id="])
  }
}
