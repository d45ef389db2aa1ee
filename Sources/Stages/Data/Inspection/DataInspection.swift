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
  ///   - work: the points to look at, with the data that they read; nil for all.
  ///   - name: the form of a path in messages.
  package init(
    _ graph: StageGraph, examples count: Int, of work: Set<Int>? = nil, name: (String) -> String
  ) {
    let readers = graph.points.filter { work?.contains($0.index) ?? true }
    let needed = Set(readers.map(\.index) + readers.compactMap(Self.source))
    var data: [Int: [String: InspectedProblems]] = [:]
    for point in graph.points where point.kind is DataKind && needed.contains(point.index) {
      var (files, unread) = ([DataFile](), [String]())
      for input in point.inputs where input.role == DataKind.role {
        guard let label = input.label else { continue }
        guard case .external(let external) = input.source else {
          unread.append(label)
          continue
        }
        do {
          files += try DataFile.files(of: external, label: label, name: name)
        } catch {
          diagnostics.append(
            .ofFile("the file cannot be read: \(error.reasonInWords)", name(external.path)))
        }
      }
      let reader = DataReader(DataKind.Configuration(decoding: point.config), files: files)
      diagnostics += reader.diagnostics
      let inspected = InspectedData(
        address: point.address, rules: reader.rules,
        problems: reader.splits.map {
          InspectedProblems(rules: reader.rules, split: $0, sources: reader.sources)
        }, unread: unread, isMeasured: work == nil)
      diagnostics += inspected.problems.flatMap(\.answerMistakes)
      stages.append(inspected)
      data[point.index] = Dictionary(
        inspected.problems.map { ($0.split.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    inspect(readers, in: graph, data, examples: count)
    diagnostics += SharedProblems(in: graph, data).diagnostics
    diagnostics = diagnostics.withoutRepeats
  }

  /// The point from which a stage has its problems; nil for one that reads none.
  private static func source(of point: StagePoint) -> Int? {
    guard let kind = point.kind as? any ProblemReadingKind,
      let use = kind.problemUse(of: point.config),
      case .point(let source) = point.inputs.first(where: { $0.role == use.role })?.source
    else { return nil }
    return source
  }

  /// Looks at the problems as the stages see them that read them; of a stage with several points at
  /// the first.
  private mutating func inspect(
    _ points: [StagePoint], in graph: StageGraph, _ data: [Int: [String: InspectedProblems]],
    examples count: Int
  ) {
    var seen: Set<String> = []
    for point in points {
      guard let kind = point.kind as? any ProblemReadingKind,
        let use = kind.problemUse(of: point.config), let source = Self.source(of: point),
        let splits = data[source], seen.insert(point.stage).inserted
      else { continue }
      let reader = DataUser(
        stage: point.stage, kind: kind.name, data: graph.points[source].stage,
        reading: kind.reading(of: point.config),
        limits: LengthLimits(of: point, in: graph))
      for split in use.splits {
        guard let problems = splits[split] else { continue }
        diagnostics += reader.mistakes(in: problems)
        examples += reader.examples(of: problems, count: count)
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
