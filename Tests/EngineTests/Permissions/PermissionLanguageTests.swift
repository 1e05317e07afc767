import JSON
import Testing

@testable import Engine

/// The boolean language of permissions, filter by filter.
@Suite(.timeLimit(.minutes(2))) struct PermissionLanguageTests {
  private func expect(
    _ filter: JSONValue,
    shows ids: [Int],
    _ variables: [SessionVariable] = []
  ) async throws {
    let metadata = EngineHarness.metadata(
      (AccountsFixture.metadata["sources"]?.array?[0]["tables"]?.array ?? []).map { table in
        guard table["table"] == "accounts", var object = table.object else { return table }
        object["select_permissions"] = [
          ["role": "filtered", "permission": ["columns": ["id"], "filter": filter]]
        ]
        return .object(object)
      }
    )
    try await AccountsFixture.check(
      as: Session(role: "filtered", variables),
      metadata: metadata,
      (
        "{ accounts(order_by: {id: asc}) { id } }",
        #"{"data":{"accounts":["# + ids.map { #"{"id":\#($0)}"# }.joined(separator: ",") + "]}}"
      )
    )
  }

  @Test(
    arguments: [
      ([:], [1, 2, 3, 4]),
      (["_or": []], []),
      (["_and": []], [1, 2, 3, 4]),
      (["_not": [:]], []),
      (["id": 2], [2]),
      (["id": ["$gt": 2]], [3, 4]),
      (["id": ["_in": [1, 4, 9]]], [1, 4]),
      (["id": ["_nin": [1, 4]]], [2, 3]),
      (["id": [:]], [1, 2, 3, 4]),
      (["$and": [["owner": "ann"], ["equity": ["_gt": "20"]]]], [3]),
      (["owner": ["_like": "%b%"]], [2]),
      (["pin": ["_is_null": false]], [1, 2, 3, 4]),
      (["pin": ["_eq": nil]], []),
      (["pin": ["_ne": "1111"]], [2, 3, 4]),
      (["tags": ["_contains": ["c"]]], [3]),
      (["raw": ["_contains": ["k": 4]]], [4]),
      (["raw": ["_has_key": "k"]], [1, 2, 3, 4]),
      (["desk": ["secret": ["_eq": "two"]]], [3, 4]),
      (["orders": ["note": ["_eq": "note 5"]]], [2]),
      (["desk_id": ["_ceq": "id"]], [1]),
      (["id": ["_cgt": ["desk", "id"]]], [2, 3, 4]),
      (["desk": ["accounts": ["equity": ["_cgt": ["$", "equity"]]]]], [1, 3]),
      (["_exists": ["_table": "grants", "_where": ["level": ["_gt": 2]]]], [1, 2, 3, 4]),
      (["_exists": ["_table": "grants", "_where": ["level": ["_gt": 5]]]], []),
      (
        [
          "_exists": [
            "_table": ["schema": "public", "name": "grants"],
            "_where": ["person": ["_ceq": ["$", "owner"]]],
          ]
        ], [1, 2, 3]
      ),
      (["raw": ["_cast": ["String": ["_like": "%3%"]]]], [3]),
    ] as [(JSONValue, [Int])]
  )
  func understandsTheConditionsOfPermissions(filter: JSONValue, ids: [Int]) async throws {
    try await expect(filter, shows: ids)
  }

  @Test(
    arguments: [
      (["id": "X-Hasura-Id"], "3", [3]),
      (["id": ["_eq": "x-hasura-id"]], "3", [3]),
      (["id": ["_in": "X-Hasura-Id"]], "{1,4}", [1, 4]),
      (["id": ["_nin": "X-Hasura-Id"]], "{1,4}", [2, 3]),
      (["raw": ["_contains": "X-Hasura-Id"]], #"{"k": 2}"#, [2]),
      (["tags": ["_contains": "X-Hasura-Id"]], "{b}", [2]),
      (["desk": ["name": "X-Hasura-Id"]], "beta", [3, 4]),
      (["equity": ["_gte": "X-Hasura-Id"]], "30.75", [3, 4]),
    ] as [(JSONValue, String, [Int])]
  )
  func readsSessionVariablesAsWhatTheColumnNeeds(
    filter: JSONValue,
    value: String,
    ids: [Int]
  ) async throws {
    try await expect(filter, shows: ids, [SessionVariable(name: "x-hasura-id", value: value)])
  }
}
