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
    let all = (diagnostics + variables + validator.diagnostics).filter { diagnostic in
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
