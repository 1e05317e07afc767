// swift-tools-version: 6.2
import PackageDescription

/// Whether the fuzzers are built: in release, with every check there is.
let isFuzzing = Context.environment["APUS_FUZZ"] != nil

/// Two accesses to one variable at a time are looked for where the tests run, in debug builds
/// (docs/decisions/0011).
let exclusivity: [SwiftSetting] =
  isFuzzing
  ? [] : [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

/// Settings of every Swift target.
let swift: [SwiftSetting] =
  exclusivity + [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
  ]

/// Settings of the targets that do no I/O and call no C: unsafe code has to say so.
let pure: [SwiftSetting] = swift + [.strictMemorySafety()]

/// A C library of the system: its module map and shim stand in `Sources/C`.
func library(_ name: String, pkgConfig: String? = nil, package: String) -> Target {
  .systemLibrary(
    name: name,
    path: "Sources/C/\(name)",
    pkgConfig: pkgConfig,
    providers: [.apt([package])]
  )
}

/// The tests of a target; they may use `TestSupport`.
func tests(_ target: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(target)Tests",
    dependencies: [.byName(name: target), "TestSupport"] + dependencies,
    swiftSettings: swift
  )
}

let package = Package(
  name: "apus",
  products: [
    .executable(name: "apus", targets: ["apus"]),
    .executable(name: "graphql-conformance", targets: ["graphql-conformance"]),
  ],
  targets: [
    library("CUV", pkgConfig: "libuv", package: "libuv1-dev"),
    library("CPostgres", pkgConfig: "libpq", package: "libpq-dev"),
    library("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
    library("COpenSSL", pkgConfig: "libcrypto", package: "libssl-dev"),
    library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
    library("CWslay", package: "libwslay-dev"),
    library("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
    library("CZstd", pkgConfig: "libzstd", package: "libzstd-dev"),
    // Debian ships llhttp's generated C source, in the package node-llhttp.
    .target(
      name: "CLLHTTP",
      path: "Sources/C/CLLHTTP",
      cSettings: [.define("LLHTTP_STRICT_MODE", to: "1")]
    ),
    .target(name: "CMallocCount", path: "Sources/C/CMallocCount"),

    .target(name: "JSON", swiftSettings: pure),
    .target(name: "GraphQLCore", dependencies: ["JSON"], swiftSettings: pure),
    .target(name: "Catalog", dependencies: ["JSON"], swiftSettings: pure),
    .target(name: "Metadata", dependencies: ["CYAML", "Catalog", "JSON"], swiftSettings: pure),
    .target(
      name: "SQLCompiler",
      dependencies: ["Catalog", "JSON", "Metadata"],
      swiftSettings: pure
    ),
    .target(name: "OrderBook", dependencies: ["CZstd"], swiftSettings: swift),
    .target(name: "EventLoop", dependencies: ["CUV"], swiftSettings: swift),
    .target(
      name: "HTTP",
      dependencies: ["CCurl", "CLLHTTP", "COpenSSL", "CUV", "CWslay", "CZlib", "EventLoop"],
      swiftSettings: swift
    ),
    .target(
      name: "PostgresClient",
      dependencies: ["CPostgres", "CUV", "EventLoop"],
      swiftSettings: swift
    ),
    .target(name: "Observability", dependencies: ["JSON"], swiftSettings: swift),
    .target(
      name: "Engine",
      dependencies: [
        "Catalog", "EventLoop", "GraphQLCore", "JSON", "Metadata", "Observability",
        "PostgresClient", "SQLCompiler",
      ],
      swiftSettings: swift
    ),
    .target(
      name: "Authentication",
      dependencies: ["COpenSSL", "Engine", "EventLoop", "HTTP", "JSON", "Observability"],
      swiftSettings: swift
    ),
    .target(
      name: "Resolvers",
      dependencies: [
        "COpenSSL", "CUV", "CZlib", "Catalog", "Engine", "EventLoop", "HTTP", "JSON",
        "Metadata", "OrderBook", "PostgresClient",
      ],
      swiftSettings: swift
    ),
    .executableTarget(
      name: "apus",
      dependencies: [
        "Authentication", "Catalog", "Engine", "EventLoop", "GraphQLCore", "HTTP", "JSON",
        "Metadata", "Observability", "OrderBook", "PostgresClient", "Resolvers",
      ],
      path: "Sources/Server",
      swiftSettings: swift,
      // In the place of glibc's allocator (docs/decisions/0009); not where tests count allocations.
      linkerSettings: [
        .linkedLibrary("mimalloc", .when(configuration: .release)),
        // One binary that needs no toolchain where it runs, and is quicker (docs/decisions/0011).
        .unsafeFlags(["-static-stdlib"], .when(configuration: .release)),
      ]
    ),
    .executableTarget(
      name: "graphql-conformance",
      dependencies: ["GraphQLCore", "JSON"],
      path: "Sources/GraphQLConformance",
      swiftSettings: swift
    ),

    // What `./fuzz` runs, and what the tests run on its corpus.
    .target(
      name: "FuzzChecks",
      dependencies: [
        "Authentication", "Engine", "GraphQLCore", "HTTP", "JSON", "Metadata", "OrderBook",
        "PostgresClient", "Resolvers",
      ],
      path: "Fuzz/Checks",
      swiftSettings: swift
    ),
    .target(
      name: "TestSupport",
      dependencies: ["Catalog", "CPostgres", "EventLoop", "PostgresClient"],
      path: "Tests/Support",
      swiftSettings: swift
    ),
    tests("JSON", ["CMallocCount"]),
    tests("GraphQLCore", ["CMallocCount", "JSON", "graphql-conformance"]),
    tests("Catalog", ["JSON", "PostgresClient"]),
    tests("Metadata", ["Catalog", "JSON", "PostgresClient"]),
    tests("SQLCompiler", ["Catalog", "JSON", "Metadata"]),
    tests("OrderBook", ["CMallocCount", "CZstd", "JSON", "Resolvers"]),
    tests("EventLoop"),
    tests("HTTP", ["CMallocCount", "CZlib", "EventLoop"]),
    tests("FuzzChecks"),
    tests("PostgresClient", ["EventLoop"]),
    tests("Observability", ["JSON"]),
    tests(
      "Engine",
      [
        "Catalog", "EventLoop", "GraphQLCore", "JSON", "Metadata", "PostgresClient", "SQLCompiler",
      ]
    ),
    tests("Authentication", ["COpenSSL", "Engine", "EventLoop", "HTTP", "JSON", "Observability"]),
    tests("Resolvers", ["EventLoop", "JSON", "Metadata", "OrderBook", "PostgresClient"]),
    // Black-box tests of the release binary.
    tests(
      "apus",
      [
        "Authentication", "Engine", "EventLoop", "HTTP", "JSON", "Observability", "PostgresClient",
        "Resolvers",
      ]
    ),
  ]
)

// libFuzzer brings a main function of its own: no part of an ordinary build.
if isFuzzing {
  package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: ["FuzzChecks"],
      path: "Fuzz/Fuzz",
      swiftSettings: swift
    )
  )
}

// For `Benchmarks/language.py` and for what costs too little to show in a request.
if Context.environment["APUS_BENCHMARKS"] != nil {
  package.products.append(
    .executable(name: "language-benchmark", targets: ["language-benchmark"])
  )
  package.targets.append(
    .executableTarget(
      name: "authentication-benchmark",
      dependencies: ["Authentication", "EventLoop", "HTTP", "JSON", "Observability"],
      path: "Benchmarks/Authentication",
      swiftSettings: swift
    )
  )
  package.targets.append(
    .executableTarget(
      name: "language-benchmark",
      dependencies: ["CMallocCount", "GraphQLCore", "JSON"],
      path: "Benchmarks/LanguageBenchmark",
      swiftSettings: swift
    )
  )
  package.products.append(.executable(name: "book-benchmark", targets: ["book-benchmark"]))
  package.targets.append(.target(name: "CBookPass", path: "Benchmarks/CBookPass"))
  package.targets.append(
    .executableTarget(
      name: "book-benchmark",
      dependencies: ["CBookPass", "CMallocCount", "OrderBook"],
      path: "Benchmarks/BookBenchmark",
      swiftSettings: swift
    )
  )
}
