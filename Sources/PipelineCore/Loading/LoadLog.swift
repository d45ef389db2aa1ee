import Fields

/// Collects the diagnostics of the passes from text to pipeline. It is all that the passes share
/// besides the values they make.
final class LoadLog {
  /// The pipeline's file, then the files it extends, in the order in which they were read.
  private(set) var files: [SourceFile]
  /// Mistakes found by the parser, and warnings.
  var diagnostics: [Diagnostic] = []
  /// Mistakes in variables.
  var variables: [Diagnostic] = []
  /// Reads values and collects all other mistakes.
  var validator = Validator()
  /// The fields at the top of a pipeline.
  let top: GroupDescriptor

  init(_ source: SourceFile, top: GroupDescriptor) {
    files = [source]
    self.top = top
  }

  /// Adds an extended file.
  func add(_ file: SourceFile) { files.append(file) }

  /// Reports an error at a node.
  func report(
    _ message: String, at node: YAMLNode, notes: [Diagnostic.Note] = [], help: String? = nil
  ) {
    validator.report(message, at: node, notes: notes, help: help)
  }

  /// A file that does not exist: the place of its message, and the stages that name it.
  private struct MissingFile {
    let index: Int
    var stages: [String]
  }
  private var missing: [String: MissingFile] = [:]

  /// Reports a file or folder that does not exist: at the first place that names it, with all
  /// stages that do.
  func reportMissing(
    _ path: String, _ message: String, of stage: String, at node: YAMLNode, help: String?
  ) {
    if let known = missing[path] {
      if !known.stages.contains(stage) { missing[path]?.stages.append(stage) }
      return
    }
    let index = mistakeCount
    report(message, at: node, help: help)
    if mistakeCount > index { missing[path] = MissingFile(index: index, stages: [stage]) }
  }

  /// The messages of values, those of missing files with the stages that name them.
  private var told: [Diagnostic] {
    var told = validator.diagnostics
    for file in missing.values where file.stages.count > 1 && told.indices.contains(file.index) {
      let first = told[file.index]
      let names = file.stages.prefix(2).map(\.quoted)
      let all =
        file.stages.count > 2
        ? names.joined(separator: ", ") + " and \(file.stages.count - 2) more"
        : names.joined(separator: " and ")
      told[file.index] = Diagnostic(
        first.severity, first.message + "; \(all) need it", at: first.range, in: first.file,
        notes: first.notes, help: first.help)
    }
    return told
  }

  /// Reports an unknown name with the names that exist.
  func report(_ unknown: UnknownName, at node: YAMLNode) { validator.report(unknown, at: node) }

  var hasErrors: Bool {
    diagnostics.hasErrors || variables.hasErrors || validator.diagnostics.hasErrors
  }

  /// The number of mistakes that reading values has found so far.
  var mistakeCount: Int { validator.diagnostics.count }

  /// The file's diagnostics first, then those of extended files, then those of each `--set`; each
  /// mistake once.
  func sorted() -> [Diagnostic] {
    var seen: Set<String> = []
    let all = (diagnostics + variables + told).filter { diagnostic in
      let range = diagnostic.range
      return seen.insert(
        "\(diagnostic.file.name):\(range.line):\(range.column):\(diagnostic.message)"
      ).inserted
    }
    let groups = files.map { file in all.filter { $0.file === file } }
    let others = all.filter { found in !files.contains { $0 === found.file } }.sorted {
      $0.file.name.utf8.count == $1.file.name.utf8.count
        ? $0.file.name < $1.file.name : $0.file.name.utf8.count < $1.file.name.utf8.count
    }
    return groups.flatMap { $0.sortedByPosition() } + others.sortedByPosition()
  }
}
