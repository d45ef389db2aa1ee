import Testing

/// The house's walls: which module may import which. `docs/architecture.md` says why.
struct ModuleTests {
  /// Our own modules, bottom to top, with those each may import.
  private static let arrows: [(module: String, imports: Set<String>)] = [
    ("Fields", []),
    ("TensorCore", ["CKernels", "COpenBLAS"]),
    ("ModelCore", ["TensorCore", "Fields"]),
    ("Reasoning", ["ModelCore", "TensorCore", "Fields"]),
    ("PipelineCore", ["CYAML", "CSpawn", "Fields"]),
    ("Servers", ["Fields"]),
    ("Reporting", ["Fields"]),
    (
      "Stages",
      [
        "Reasoning", "ModelCore", "TensorCore", "PipelineCore", "Reporting", "Servers", "Fields",
      ]
    ),
    ("LivePage", ["Stages", "PipelineCore", "Reporting", "Fields"]),
    (
      "Commands",
      [
        "LivePage", "Stages", "Reasoning", "ModelCore", "TensorCore", "PipelineCore", "Reporting",
        "Fields",
      ]
    ),
    ("laconic", ["Commands"]),
  ]

  private static let cModules: Set<String> = ["CKernels", "COpenBLAS", "CYAML", "CSpawn"]

  /// Packages of others, with the modules that may use them.
  private static let libraries: [String: Set<String>] = [
    "ArgumentParser": ["Commands"],
    "AsyncHTTPClient": ["Servers"],
    "Crypto": ["ModelCore", "PipelineCore", "Servers"],
    "Hummingbird": ["LivePage"],
    "Logging": ["PipelineCore", "Commands", "LivePage"],
  ]

  @Test func `imports between our modules point down only`() throws {
    let own = Set(Self.arrows.map(\.module)).union(Self.cModules)
    let allowed = Dictionary(uniqueKeysWithValues: Self.arrows.map { ($0.module, $0.imports) })
    let wrong = try imports().filter { found in
      own.contains(found.module) && allowed[found.file.module]?.contains(found.module) != true
    }
    #expect(wrong.isEmpty, "\(lines(wrong))")
  }

  @Test func `the table of arrows has no cycle and knows every module`() throws {
    var known = Self.cModules
    for (module, imports) in Self.arrows {
      #expect(imports.isSubset(of: known), "\(module) imports something that comes after it")
      known.insert(module)
    }
    let present = Set(try Repository.swiftSources().map(\.module))
    #expect(present.subtracting(known).isEmpty, "a module is missing from the table above")
  }

  @Test func `a library of others is used where it belongs`() throws {
    let wrong = try imports().filter { found in
      Self.libraries[found.module].map { !$0.contains(found.file.module) } ?? false
    }
    #expect(wrong.isEmpty, "\(lines(wrong))")
  }

  @Test(arguments: ["CKernels", "COpenBLAS", "CYAML", "CSpawn"])
  func `a C module is imported by one file or folder, and not shown to others`(
    module: String
  ) throws {
    let found = try imports().filter { $0.module == module }
    let exposed = found.filter { $0.isExposed }
    #expect(exposed.isEmpty, "\(lines(exposed))")
    // A folder inside another belongs to it.
    let folders = Set(found.map(\.file.folder))
    let outermost = folders.filter { folder in
      !folders.contains { $0 != folder && folder.hasPrefix($0 + "/") }
    }
    #expect(outermost.count <= 1, "\(lines(found))")
  }

  /// Tensors, formulas and numbers are handed their bytes; files are for the store and the stages.
  /// The files of checkpoints, which formats and stages read, are opened in one place.
  @Test(arguments: ["TensorCore", "ModelCore", "Reasoning", "Reporting", "Servers"])
  func `the module touches no files`(module: String) throws {
    let calls = ["FileManager", "FileHandle", "contentsOfFile", "contentsOf:", "fopen("]
    let sources = try Repository.swiftSources().filter {
      $0.module == module && $0.path != "Sources/ModelCore/Checkpoints/CheckpointFiles.swift"
    }
    let wrong = sources.flatMap { file in
      file.lines.indices.filter { index in
        let line = file.lines[index]
        guard calls.contains(where: { line.contains($0) }), !isComment(line) else { return false }
        // `append(contentsOf:)` and its kin read no file.
        return !["append(", "insert(", "replace", "init("].contains { line.contains($0) }
      }.map { "\(file):\($0 + 1): \(file.lines[$0])" }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  private func imports() throws -> [Import] { try Repository.imports() }

  private func lines(_ imports: [Import]) -> String {
    imports.map(\.description).joined(separator: "\n")
  }

  private func isComment(_ line: Substring) -> Bool {
    line.drop { $0 == " " }.hasPrefix("//")
  }
}

struct ImportParsingTests {
  @Test func `every way to write an import is seen`() {
    let file = Repository.File(
      path: "Sources/A/B.swift",
      lines: [
        "import Fields", "package import TensorCore", "  internal import CYAML",
        "import struct Foundation.URL", "@preconcurrency import Dispatch", "// import Nothing",
        "let text = \"import Nothing\"", "#if canImport(Glibc)",
      ])
    let imports = Import.all(in: file)
    #expect(imports.map(\.module) == ["Fields", "TensorCore", "CYAML", "Foundation", "Dispatch"])
    #expect(imports.map(\.isExposed) == [false, true, false, false, false])
    #expect(file.module == "A")
    #expect(file.folder == "Sources/A")
  }
}
