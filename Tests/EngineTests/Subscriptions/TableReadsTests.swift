import Testing

@testable import Engine

@Suite struct TableReadsTests {
  @Test(
    arguments: [
      (#"select t0."id" from "public"."bars" as t0"#, [#""public"."bars""#], false),
      (
        #"select 1 from "a"."b" as t0 join "c"."d e" as t1 on t1."x" = t0."y" where exists (select 1 from "f"."g""h" as t2)"#,
        [#""a"."b""#, #""c"."d e""#, #""f"."g""h""#], false
      ),
      (#"select t0."id" from "public"."search"($1::text) as t0"#, [], true),
      (#"select '"x"."y"' from "public"."o'c" as t0"#, [#""public"."o'c""#], false),
      (
        #"select $1::"public"."mood" from "public"."t""#, [#""public"."mood""#, #""public"."t""#],
        false
      ),
      (#"select "public".st_asgeojson(t0."g") from "public"."t" as t0"#, [#""public"."t""#], false),
    ] as [(String, Set<String>, Bool)]
  )
  func finds(in statement: String, _ relations: Set<String>, functions: Bool) {
    let reads = TableReads(of: [statement])
    #expect(reads.relations == relations)
    #expect(reads.callsFunctions == functions)
  }
}
