import Fields
import Foundation
import ModelCore
package import PipelineCore
import Reasoning

/// All that can be said about a pipeline's data before a model reads it: counts, lengths, examples
/// as models will read them, and mistakes.
package struct DataInspection {
  package private(set) var stages: [InspectedData] = []
  package private(set) var examples: [ShownExample] = []
  package private(set) var diagnostics: [Diagnostic] = []

  /// - Parameters:
  ///   - examples: the number shown for each stage and split that reads data.
  ///   - name: the form of a path in messages.
  package init(_ graph: StageGraph, examples count: Int, name: (String) -> String) {
    var files: [Int: [String: InspectedFile]] = [:]
    for point in graph.points where point.kind is DataKind {
      var reader = DataReader(DataKind.Configuration(decoding: point.config))
      var read: [String: InspectedFile] = [:]
      var unread: [String] = []
      for input in point.inputs where input.role == DataKind.role {
        guard let split = input.label else { continue }
        guard case .external(.file(let path)) = input.source else {
          unread.append(split)
          continue
        }
        do {
          let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
          reader.read(bytes, named: name(path), split: split)
          let last = reader.splits[reader.splits.count - 1]
          read[split] = InspectedFile(
            name: name(path), bytes: bytes, rules: reader.rules, split: last)
        } catch {
          diagnostics.append(
            Diagnostic(
              .error, "the file cannot be read: \(error.reasonInWords)",
              at: SourceRange(line: 1, column: 1),
              in: SourceFile(name: name(path), line: "", number: 1)))
        }
      }
      diagnostics += reader.diagnostics
      let inspected = InspectedData(
        address: point.address, rules: reader.rules,
        files: reader.splits.compactMap { read[$0.name] }, unread: unread)
      diagnostics += inspected.files.flatMap(\.answerMistakes)
      stages.append(inspected)
      files[point.index] = read
    }
    inspectReaders(in: graph, files, examples: count)
    diagnostics += SharedProblems(in: graph, files).diagnostics
    diagnostics = diagnostics.withoutRepeats
  }

  /// Looks at the problems as the stages see them that read them; of a stage with several points at
  /// the first.
  private mutating func inspectReaders(
    in graph: StageGraph, _ files: [Int: [String: InspectedFile]], examples count: Int
  ) {
    var seen: Set<String> = []
    for point in graph.points {
      guard let kind = point.kind as? any ProblemReadingKind,
        let use = kind.problemUse(of: point.config),
        case .point(let source) = point.inputs.first(where: { $0.role == use.role })?.source,
        let data = files[source], seen.insert(point.stage).inserted
      else { continue }
      let reader = DataUser(
        stage: point.stage, kind: kind.name, data: graph.points[source].stage,
        reading: kind.reading(of: point.config),
        limits: LengthLimits(of: point, in: graph))
      for split in use.splits {
        guard let file = data[split] else { continue }
        diagnostics += reader.mistakes(in: file)
        examples += reader.examples(of: file, count: count)
      }
    }
  }
}

/// The most tokens that a stage can use, as far as its fields and a model from outside say.
struct LengthLimits {
  /// The field `max_length`, if a longer example is a mistake.
  var example: Int?
  /// The length that the model was made for.
  var context: Int?
  /// The field `max_length`, if a longer example is cut or left out, and which of the two.
  var truncated: (limit: Int, to: Truncation)?

  init(of point: StagePoint, in graph: StageGraph) {
    let truncation = point.config["truncation"].stringValue
    let maxLength = point.config["max_length"].intValue
    context = Self.context(of: point, in: graph)
    if truncation == nil || truncation == "error" {
      example = maxLength
    } else if let maxLength {
      truncated = truncation.flatMap { Truncation(rawValue: $0) }.map {
        (limit: maxLength, to: $0)
      }
      // A longer example is cut or left out.
      if let limit = context, maxLength <= limit { context = nil }
    }
  }

  /// The context of the model from outside that a stage begins with, directly or through others.
  private static func context(of point: StagePoint, in graph: StageGraph) -> Int? {
    switch point.inputs.first(where: { $0.role == RoleName.policy })?.source {
    case .point(let index): context(of: graph.points[index], in: graph)
    case .external(.checkpoint(let path, let base)):
      (try? ModelDescription(folder: path, base: base))?.configuration.contextLength
    case .external, nil: nil
    }
  }
}
