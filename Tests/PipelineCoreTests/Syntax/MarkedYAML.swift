import Fields
import Foundation
import PipelineCore
import Testing

/// A source with numbered markers (①②③…) where diagnostics are expected. The markers are removed
/// before the source is read.
struct MarkedYAML {
  let source: SourceFile
  /// Markers by `line:column`.
  let markers: [String: Character]

  init(_ marked: String, name: String = "test.yaml") {
    var text = String.UnicodeScalarView()
    var markers: [String: Character] = [:]
    var (line, column) = (1, 1)
    for scalar in marked.unicodeScalars {
      if ("①"..."⑳").contains(Character(scalar)) {
        markers["\(line):\(column)"] = Character(scalar)
        continue
      }
      text.append(scalar)
      (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
    }
    source = SourceFile(name: name, text: String(text))
    self.markers = markers
  }

  /// The text `① message (help)` for every diagnostic and `① note: message` for every note, in
  /// order. One without a marker shows its file, line and column instead.
  func lines(of diagnostics: [Diagnostic]) -> [String] {
    diagnostics.flatMap { diagnostic in
      let severity = diagnostic.severity == .error ? "" : "\(diagnostic.severity.rawValue): "
      let help = diagnostic.help.map { " (\($0))" } ?? ""
      return [
        place(diagnostic.range, diagnostic.file) + " \(severity)\(diagnostic.message)\(help)"
      ]
        + diagnostic.notes.map { place($0.range, $0.file) + " note: \($0.message)" }
    }
  }

  /// The lines of what the composer finds in the source.
  var composerLines: [String] { lines(of: YAMLComposer.compose(source).diagnostics) }

  private func place(_ range: SourceRange, _ file: SourceFile) -> String {
    let position = "\(range.line):\(range.column)"
    guard file === source, let marker = markers[position] else { return "\(file.name):\(position)" }
    return String(marker)
  }
}

/// The value of a text that must be correct YAML.
func composed(_ text: String) throws -> YAMLNode {
  let (root, found) = YAMLComposer.compose(SourceFile(name: "f", text: text))
  #expect(found.map(\.message) == [])
  return try #require(root)
}

extension Axis {
  /// The values without their paths and names.
  var rows: [[FieldValue]] { settings.map { $0.map(\.value) } }
}

/// Loads a marked pipeline and compares its diagnostics, one line each, with the expected ones.
func expectDiagnostics(
  _ marked: String, overrides: [String] = [], kinds: StageKinds = PlanningKinds.all,
  directory: URL = URL(fileURLWithPath: "/experiments"),
  _ expected: [String], sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
  let yaml = MarkedYAML(marked)
  let (pipeline, diagnostics) = Pipeline.load(
    yaml.source, overrides: overrides, kinds: kinds, directory: directory)
  #expect(yaml.lines(of: diagnostics) == expected, sourceLocation: sourceLocation)
  #expect((pipeline == nil) == diagnostics.hasErrors, sourceLocation: sourceLocation)
}

/// Loads a pipeline that must be correct.
func loaded(
  _ text: String, overrides: [String] = [], kinds: StageKinds = PlanningKinds.all,
  directory: URL = URL(fileURLWithPath: "/experiments")
) throws -> Pipeline {
  let (pipeline, diagnostics) = Pipeline.load(
    SourceFile(name: "test.yaml", text: text), overrides: overrides, kinds: kinds,
    directory: directory)
  #expect(diagnostics.map(\.message) == [])
  return try #require(pipeline)
}

/// The keys of a pipeline that must be correct.
func keys(_ text: String, _ overrides: [String] = []) throws -> [String] {
  try StageGraph(loaded(text, overrides: overrides)).points.map(testKey)
}

/// Calls `body` with a new folder that holds `model`, an empty folder `bare`, and the files
/// `file` and `one.whole`.
func withModelFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let files = FileManager.default
  let folder = files.temporaryDirectory.resolvingSymlinksInPath()
    .appendingPathComponent("laconic-\(UUID().uuidString)")
  defer { try? files.removeItem(at: folder) }
  for name in ["model", "bare"] {
    try files.createDirectory(
      at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
  }
  try Data("{}".utf8).write(to: folder.appendingPathComponent("model/config.json"))
  for name in ["file", "one.whole"] {
    try Data("{}".utf8).write(to: folder.appendingPathComponent(name))
  }
  return try body(folder)
}
