import Glibc
import Testing

@testable import apus

struct ConfigurationPageTests {
  @Test func thePageOfTheOptionsIsUpToDate() throws {
    let path =
      #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
      + "/docs/configuration.md"
    let page = """
      # Configuration

      Every option can be given on the command line, also before the command as Hasura takes them, or
      as an environment variable; the command line wins. An unknown option or a value that is not
      allowed ends `apus` with one line and exit status 2. Truth values are `true`, `t`, `yes`, `y`,
      `1` and their opposites; on the command line an option alone means true.

      \(HelpText.configurationTable)
      """
    if getenv("UPDATE_GOLDEN") != nil {
      let file = try #require(fopen(path, "w"))
      fputs(page, file)
      fclose(file)
    }
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    #expect(String(decoding: bytes[..<count], as: UTF8.self) == page)
  }
}
