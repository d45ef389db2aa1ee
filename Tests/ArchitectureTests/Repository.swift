import Foundation

/// The files of this checkout, as text.
enum Repository {
  struct File: Sendable, CustomStringConvertible {
    /// From the repository's root: `Sources/Fields/FieldValue.swift`.
    let path: String
    let lines: [Substring]

    /// The folder that holds the file.
    var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }
    /// The module under `Sources`: `Fields`.
    var module: String { String(path.split(separator: "/")[1]) }
    var description: String { path }

    /// True if some line holds a text. It compares bytes: characters take ten times as long, and a
    /// regular expression on every line longer still.
    func mentions(_ text: String) -> Bool {
      let wanted = Array(text.utf8)
      return lines.contains { line in
        line.utf8.indices.contains { start in
          line.utf8[start] == wanted[0] && line.utf8[start...].starts(with: wanted)
        }
      }
    }

    /// The type out of some that the file declares, so that a test finds it wherever it lies; nil
    /// if it declares none of them.
    func declares(oneOf types: [String]) -> String? {
      types.first { type in
        lines.contains { line in
          !line.drop(while: \.isWhitespace).hasPrefix("//")
            && ["struct", "class", "enum"].contains {
              line.contains("\($0) \(type) ") || line.contains("\($0) \(type): ")
            }
        }
      }
    }
  }

  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every text file with one of the extensions below those of the folders that exist, sorted by
  /// path. (A clone has no empty folders.)
  static func files(in folders: [String], extensions: Set<String>) throws -> [File] {
    var files: [File] = []
    for folder in folders where exists(folder) {
      let paths = try FileManager.default.subpathsOfDirectory(
        atPath: root.appendingPathComponent(folder).path)
      for path in paths.sorted() where extensions.contains((path as NSString).pathExtension) {
        files.append(try file(folder + "/" + path))
      }
    }
    return files
  }

  static func file(_ path: String) throws -> File {
    let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    // By bytes: splitting by characters takes ten times as long.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return File(path: path, lines: lines.map(Substring.init))
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// The Swift files of every module; read once.
  static func swiftSources() throws -> [File] { try sources.get() }

  private static let sources = Result { try files(in: ["Sources"], extensions: ["swift"]) }

  /// The imports of every module; read once.
  static func imports() throws -> [Import] { try allImports.get() }

  private static let allImports = Result { try swiftSources().flatMap(Import.all) }

  /// The pages written for people.
  static func pages() throws -> [File] {
    let top = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].filter(exists)
    return try top.map(file) + files(in: ["docs"], extensions: ["md"])
  }
}

/// One `import` line.
struct Import: CustomStringConvertible {
  let file: Repository.File
  let module: String
  /// True if the import shows in the module's own interface: `package import`, `public import`.
  let isExposed: Bool

  var description: String { "\(file) imports \(module)" }

  /// The imports of a file. Submodules and single declarations count as their module.
  static func all(in file: Repository.File) -> [Import] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "typealias"]
    return file.lines.compactMap { line in
      // Most lines begin with a letter with which no import does, and need not be split.
      guard let first = line.utf8.first(where: { $0 != UInt8(ascii: " ") }),
        "ipf@".utf8.contains(first)
      else { return nil }
      var words = line.split(separator: " ")[...]
      guard let keyword = words.firstIndex(of: "import") else { return nil }
      let before = words[..<keyword]
      let isImport = before.allSatisfy {
        ["public", "package", "internal", "fileprivate", "private"].contains($0)
          || $0.hasPrefix("@")
      }
      guard isImport else { return nil }
      words = words[(keyword + 1)...]
      if let first = words.first, kinds.contains(first) { words.removeFirst() }
      guard let name = words.first?.split(separator: ".").first else { return nil }
      return Import(
        file: file, module: String(name),
        isExposed: before.contains("public") || before.contains("package"))
    }
  }
}
