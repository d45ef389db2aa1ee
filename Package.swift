// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// For the targets that own raw memory: every unsafe expression is marked.
let storageSettings = swiftSettings + [.strictMemorySafety()]

/// For tests of what does not calculate: optimising thousands of expectations takes minutes and
/// saves seconds.
let testSettings = swiftSettings + [.unsafeFlags(["-Onone"])]

/// Repeats, neighbours and pieces of sequences.
let algorithms = Target.Dependency.product(name: "Algorithms", package: "swift-algorithms")

/// SHA-256 of files, blobs and keys.
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

/// Dictionaries that keep the order of insertion.
let orderedCollections = Target.Dependency.product(
  name: "OrderedCollections", package: "swift-collections")

let package = Package(
  name: "laconic",
  products: [.executable(name: "laconic", targets: ["laconic"])],
  dependencies: [
    // Repeats removed, neighbours in pairs, pieces of a length: small and well named.
    // With RealModule, on which it depends, it builds in half a minute, once.
    .package(url: "https://github.com/apple/swift-algorithms.git", from: "1.2.1"),
    // Groups in order of first appearance: a result must not depend on the order of a hash table.
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    // The command line: parsing, help, suggestions, exit code 64 for bad usage.
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
    // SHA-256 of blobs, keys and tokenizers. Its build costs about three CPU minutes, once.
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
    // Open files as values, system calls repeated when a signal interrupts them, named errors.
    .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
    // `run --log-level`: a run's events as a log, for machines.
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
    // Requests to servers: connections kept and bounded, TLS, streams with back-pressure. Only
    // `Servers` sees it. With Hummingbird, all of SwiftNIO builds in about 13 CPU minutes, once.
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    // `laconic watch` answers a browser: a small server on SwiftNIO that binds one address, bounds
    // connections and headers, and is tested without a network.
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
    // The bytes, addresses and headers that both take and hand over; the tests' misbehaving server.
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
  ],
  targets: [
    // YAML events with positions. libyaml resolves no types, which is what a schema wants.
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    // Two calls of the C library that start a program in a folder, without our open files.
    .systemLibrary(name: "CSpawn"),
    // Large fp32 products under `numerics: blas`; `exact` uses our own kernels.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),

    // Kernels fix the order of every sum, so the compiler may not contract or reorder.
    .target(
      name: "CKernels",
      cSettings: [
        .unsafeFlags(["-O3"], .when(configuration: .debug)),
        .unsafeFlags(["-ffp-contract=off"]),
      ],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "Fields", dependencies: [algorithms], swiftSettings: swiftSettings),
    .target(
      name: "TensorCore", dependencies: ["CKernels", "COpenBLAS"], swiftSettings: storageSettings),
    .target(
      name: "ModelCore", dependencies: ["TensorCore", "Fields", algorithms, crypto],
      swiftSettings: storageSettings),
    .target(
      name: "Reasoning",
      dependencies: ["ModelCore", "TensorCore", "Fields", algorithms, orderedCollections],
      swiftSettings: swiftSettings),
    .target(
      name: "PipelineCore",
      dependencies: [
        "CYAML", "CSpawn", "Fields", algorithms, crypto,
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Servers",
      dependencies: [
        "Fields", crypto,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: swiftSettings),
    .target(name: "Reporting", dependencies: ["Fields", algorithms], swiftSettings: swiftSettings),
    .target(
      name: "Stages",
      dependencies: [
        "Reasoning", "ModelCore", "TensorCore", "PipelineCore", "Reporting", "Servers", "Fields",
        algorithms, orderedCollections,
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "LivePage",
      dependencies: [
        "Stages", "PipelineCore", "Reporting", "Fields",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Commands",
      dependencies: [
        "LivePage", "Stages", "Reasoning", "PipelineCore", "Reporting", "Fields", algorithms,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .executableTarget(name: "laconic", dependencies: ["Commands"], swiftSettings: swiftSettings),

    // What tests of several modules share.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: testSettings),
    .testTarget(name: "FieldsTests", dependencies: ["Fields"], swiftSettings: swiftSettings),
    .testTarget(
      name: "TensorCoreTests", dependencies: ["TensorCore", "CKernels"],
      resources: [.copy("Reference")], swiftSettings: swiftSettings),
    .testTarget(
      name: "ModelCoreTests", dependencies: ["ModelCore", "TensorCore", "Fields", "TestSupport"],
      resources: [.copy("Reference")], swiftSettings: swiftSettings),
    .testTarget(
      name: "ReasoningTests",
      dependencies: ["Reasoning", "ModelCore", "TensorCore", "Fields", "TestSupport"],
      resources: [.copy("Reference")], swiftSettings: swiftSettings),
    .testTarget(
      name: "PipelineCoreTests", dependencies: ["PipelineCore", "Fields", "TestSupport"],
      swiftSettings: testSettings),
    .testTarget(
      name: "ServersTests",
      dependencies: [
        "Servers", "Fields",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      exclude: ["Recorded"], swiftSettings: testSettings),
    .testTarget(
      name: "ReportingTests", dependencies: ["Reporting"], resources: [.copy("Reference")],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "StagesTests",
      dependencies: [
        "Stages", "PipelineCore", "Reasoning", "ModelCore", "Reporting", "Servers", "Fields",
        "TestSupport",
      ],
      exclude: ["Imports/Logs"], swiftSettings: testSettings),
    .testTarget(
      name: "LivePageTests",
      dependencies: [
        "LivePage", "Stages", "PipelineCore", "Fields", "TestSupport",
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: testSettings),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands", "PipelineCore", "Fields", "laconic", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: testSettings),
    .testTarget(name: "ArchitectureTests", swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)

// `make fuzz`: a program that libFuzzer drives, built with its instrumentation in a folder of its
// own.
if Context.environment["LACONIC_FUZZ"] != nil {
  package.targets += [
    .target(
      name: "FuzzPipeline", dependencies: ["Stages", "PipelineCore", "Reasoning"],
      path: "Fuzz/FuzzPipeline", swiftSettings: swiftSettings),
    .executableTarget(name: "fuzz", dependencies: ["FuzzPipeline"], path: "Fuzz/fuzz"),
  ]
}

// `make parity`: a program that gives a model's logits to a script, which compares them.
if Context.environment["LACONIC_PARITY"] != nil {
  package.targets.append(
    .executableTarget(
      name: "parity", dependencies: ["ModelCore", "TensorCore"], path: "bench/parity/program",
      swiftSettings: swiftSettings))
}

// `make tokenizers`: a program that gives the tokens of lines to a script, which compares them.
if Context.environment["LACONIC_TOKENIZERS"] != nil {
  package.targets.append(
    .executableTarget(
      name: "encode", dependencies: ["ModelCore", "Fields"], path: "bench/tokenizers/program",
      swiftSettings: swiftSettings))
}
