import Testing

/// The map of the house in `docs/architecture.md`, held against the folders.
struct HouseTests {
  /// Folders that may hold many files, because each file is one entry of a registry.
  private static let registries: Set<String> = [
    "Commands/Verbs", "Stages/Kinds", "Stages/Evaluation/Metrics", "Reasoning/Rewards",
  ]
  private static let mostFiles = 16

  /// The folders under `Sources` that hold files, without `Sources/`.
  private static func folders(extensions: Set<String>) throws -> [String: Int] {
    let files = try Repository.files(in: ["Sources"], extensions: extensions)
    return files.reduce(into: [:]) { counts, file in
      counts[String(file.folder.dropFirst("Sources/".count)), default: 0] += 1
    }
  }

  /// The folders on the map, with what it says of them: the lines of the first fenced block under
  /// the heading.
  private static func map() throws -> [(folder: String, meaning: String)] {
    let lines = try Repository.file("docs/architecture.md").lines
    let heading = try #require(lines.firstIndex(of: "## The house"))
    let start = try #require(lines[heading...].firstIndex(of: "```"))
    let end = try #require(lines[(start + 1)...].firstIndex(of: "```"))
    return lines[(start + 1)..<end].map { line in
      let folder = line.prefix { $0 != " " }
      let meaning = line.dropFirst(folder.count).drop { $0 == " " }
      return (String(folder), String(meaning))
    }
  }

  @Test func `the map names every folder, once, and says what it holds`() throws {
    let map = try Self.map()
    let folders = try Set(Self.folders(extensions: ["swift", "c", "h", "modulemap"]).keys)
    #expect(Set(map.map(\.folder)) == folders)
    #expect(Set(map.map(\.folder)).count == map.count)
    #expect(map.filter(\.meaning.isEmpty).map(\.folder) == [])
  }

  @Test func `a folder of many files is a registry's entries, or it is divided`() throws {
    let crowded = try Self.folders(extensions: ["swift"]).filter { $0.value > Self.mostFiles }
    #expect(Set(crowded.keys).subtracting(Self.registries) == [], "\(crowded)")
  }

  @Test func `no folder is a drawer`() throws {
    let drawers: Set<Substring> = ["Support", "Utils", "Utilities", "Helpers", "Common", "Misc"]
    let files = try Repository.files(in: ["Sources", "Tests"], extensions: ["swift", "c", "h"])
    let wrong = Set(files.map(\.folder)).filter { folder in
      folder.split(separator: "/").contains { drawers.contains($0) }
    }
    #expect(wrong == [])
  }

  @Test func `tests lie where what they test lies`() throws {
    // Tests of the whole house, and what tests are made of, have no counterpart.
    let own: Set<String> = [
      "ArchitectureTests", "TestSupport", "CommandsTests/Torture", "CommandsTests/Processes",
      "StagesTests/Pipelines", "TensorCoreTests/Operations",
    ]
    let sources = try Set(Self.folders(extensions: ["swift"]).keys)
    let folders = try Set(
      Repository.files(in: ["Tests"], extensions: ["swift"]).map {
        String($0.folder.dropFirst("Tests/".count))
      })
    let wrong = folders.subtracting(own).filter { folder in
      let parts = folder.split(separator: "/")
      guard parts.last != "Fixtures", let module = parts.first, module.hasSuffix("Tests") else {
        return false
      }
      let mirrored = ([module.dropLast("Tests".count)] + parts.dropFirst()).joined(separator: "/")
      return !sources.contains(mirrored) && !sources.contains { $0.hasPrefix(mirrored + "/") }
    }
    #expect(wrong == [])
  }
}
