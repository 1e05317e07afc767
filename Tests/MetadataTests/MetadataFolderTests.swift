import Catalog
import JSON
import Metadata
import Testing

@Suite struct MetadataFolderTests {
  private func read(_ files: [String: String]) throws -> Metadata {
    try MetadataFolder.read { files[$0].map { Array($0.utf8) } }
  }

  private static let minimal = ["version.yaml": "version: 3", "databases/databases.yaml": "[]"]

  @Test func readsTheLayoutOfVersion3() throws {
    let metadata = try read([
      "version.yaml": "version: 3\n",
      "databases/databases.yaml": """
      - name: default
        kind: postgres
        configuration:
          connection_info:
            database_url:
              from_env: PG_DATABASE_URL
        tables: "!include default/tables/tables.yaml"
      """,
      "databases/default/tables/tables.yaml": """
      - "!include public_author.yaml"
      - !include public_article.yaml
      """,
      "databases/default/tables/public_author.yaml": "table: {name: author, schema: public}",
      "databases/default/tables/public_article.yaml": "table: article",
      "actions.yaml": "actions: []\ncustom_types:\n  enums: []\n",
      "inherited_roles.yaml": "- role_name: both\n  role_set: [a, b]\n",
      "remote_schemas.yaml": "",
    ])
    let source = Source(
      tables: [LibraryFixture.author, LibraryFixture.article],
      configuration: ["connection_info": ["database_url": ["from_env": "PG_DATABASE_URL"]]]
    )
    var others = JSONObject()
    others.append("actions", [])
    others.append("custom_types", ["enums": []])
    let both = InheritedRole(name: "both", parents: ["a", "b"])
    #expect(metadata == Metadata(sources: [source], inheritedRoles: [both], others: others))
  }

  @Test func writesAFileForEachTable() throws {
    var tables = LibraryFixture.related
    tables.append(TrackedTable(TableName(schema: "a/b", name: "..")))
    var others = JSONObject()
    others.append("actions", [["name": "act"]])
    others.append("network", ["tls_allowlist": []])
    others.append("from_the_future", 1)
    let source = Source(tables: tables, functions: [TrackedFunction(FunctionName(name: "f"))])
    let metadata = Metadata(sources: [source], others: others)
    let files = Dictionary(
      uniqueKeysWithValues: MetadataFolder.files(of: metadata)
        .map { ($0.path, String(decoding: $0.contents, as: UTF8.self)) }
    )
    let expected = [
      "version.yaml": "version: 3\nfrom_the_future: 1\n",
      "actions.yaml": "actions:\n  - name: act\n",
      "network.yaml": "tls_allowlist: []\n",
      "databases/databases.yaml": """
      - name: default
        kind: postgres
        tables: "!include default/tables/tables.yaml"
        functions: "!include default/functions/functions.yaml"
        configuration: {}

      """,
      "databases/default/tables/tables.yaml": """
      - "!include a_b___.yaml"
      - "!include public_article.yaml"
      - "!include public_author.yaml"

      """,
      "databases/default/tables/a_b___.yaml": "table:\n  name: \"..\"\n  schema: a/b\n",
      "databases/default/tables/public_article.yaml": """
      table:
        name: article
        schema: public
      object_relationships:
        - name: author
          using:
            foreign_key_constraint_on: author_id

      """,
      "databases/default/tables/public_author.yaml": """
      table:
        name: author
        schema: public
      array_relationships:
        - name: articles
          using:
            foreign_key_constraint_on:
              column: author_id
              table:
                name: article
                schema: public

      """,
      "databases/default/functions/functions.yaml": "- \"!include public_f.yaml\"\n",
      "databases/default/functions/public_f.yaml":
        "function:\n  name: f\n  schema: public\n",
    ]
    #expect(files == expected)
    #expect(try read(files).encoded() == metadata.encoded())
  }

  @Test(
    arguments: [
      ([:], "version.yaml", "expected version: 3"),
      (["version.yaml": "version: 2"], "version.yaml", "expected version: 3"),
      (["version.yaml": "version: 3"], "databases/databases.yaml", "is absent"),
      (
        ["databases/databases.yaml": "- name: [\n"], "databases/databases.yaml",
        "line 2, column 1: did not find expected node content"
      ),
      (
        ["databases/databases.yaml": "!include ../../x.yaml"], "databases/databases.yaml",
        "../../x.yaml leads out of the folder"
      ),
      (
        ["databases/databases.yaml": "!include /x.yaml"], "databases/databases.yaml",
        "/x.yaml leads out of the folder"
      ),
      (
        ["databases/databases.yaml": "!include ../x.yaml"], "databases/databases.yaml",
        "includes x.yaml, which is absent"
      ),
      (
        ["databases/databases.yaml": "!include databases.yaml"], "databases/databases.yaml",
        "files include each other"
      ),
      (
        ["databases/databases.yaml": "!include a.yaml", "databases/a.yaml": "*x"],
        "databases/a.yaml", "line 1, column 1: unknown alias *x"
      ),
      (
        ["databases/databases.yaml": "- kind: postgres"], "databases/databases.yaml",
        #"$.sources[0]: key "name" not found"#
      ),
    ] as [([String: String], String, String)]
  )
  func refuses(files: [String: String], naming file: String, saying message: String) {
    let version = files.isEmpty ? [:] : ["version.yaml": "version: 3"]
    let files = files.merging(version) { given, _ in given }
    #expect(throws: MetadataFolderError(file, message)) { try read(files) }
  }

  @Test func readsAnEmptyFolder() throws {
    #expect(try read(Self.minimal) == Metadata())
  }
}
