/// A mistake of the user, as a value: the problem, its place and the remedy. `DiagnosticPrinter`
/// renders it.
package struct Diagnostic: Error, Sendable {
  /// The number of diagnostics after which the search stops: a text with more is not a pipeline.
  package static let limit = 1000

  package enum Severity: String, Sendable, Hashable {
    case error, warning, note
  }

  /// A second place that explains the first, such as the other half of a contradiction.
  package struct Note: Sendable {
    package let message: String
    package let file: SourceFile
    package let range: SourceRange

    package init(_ message: String, at range: SourceRange, in file: SourceFile) {
      self.message = message
      self.file = file
      self.range = range
    }
  }

  package let severity: Severity
  /// Lower case, without a full stop, the offending text in quotes.
  package let message: String
  package let file: SourceFile
  package let range: SourceRange
  package var notes: [Note]
  /// The suggested remedy: `did you mean 'alpha'?`.
  package var help: String?

  package init(
    _ severity: Severity, _ message: String, at range: SourceRange, in file: SourceFile,
    notes: [Note] = [], help: String? = nil
  ) {
    self.severity = severity
    self.message = message
    self.file = file
    self.range = range
    self.notes = notes
    self.help = help
  }
}

extension [Diagnostic] {
  package var hasErrors: Bool { contains { $0.severity == .error } }

  /// The diagnostics without those that say the same of the same place, as the points of a swept
  /// stage do, and stages that read the same file.
  package var withoutRepeats: [Diagnostic] {
    var seen: Set<[String]> = []
    return filter {
      seen.insert([
        $0.file.name, String($0.range.line), String($0.range.column), $0.severity.rawValue,
        $0.message,
      ]).inserted
    }
  }

  /// Sorts in reading order: by file, in the order of their first appearance here, then by line and
  /// column.
  package func sortedByPosition() -> [Diagnostic] {
    var order: [String: Int] = [:]
    for diagnostic in self where order[diagnostic.file.name] == nil {
      order[diagnostic.file.name] = order.count
    }
    return enumerated().sorted { first, second in
      let (a, b) = (first.element, second.element)
      if a.file.name != b.file.name {
        return order[a.file.name, default: 0] < order[b.file.name, default: 0]
      }
      return (a.range.line, a.range.column, first.offset)
        < (b.range.line, b.range.column, second.offset)
    }.map(\.element)
  }
}
