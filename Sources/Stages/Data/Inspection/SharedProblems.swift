import OrderedCollections
import PipelineCore
import Reasoning

/// Problems that a stage trains on and another one evaluates, in files of two data stages: what is
/// told of the one says little of others. Within one data stage no prompt may be in two splits.
struct SharedProblems {
  /// A split of a data stage, with the stages that read it.
  private struct Use {
    let problems: InspectedProblems
    var stages: OrderedSet<String>
  }

  private struct Place: Hashable {
    let data: Int
    let split: String
  }

  let diagnostics: [Diagnostic]

  /// - Parameter data: the problems of each data stage by its point and their split.
  init(in graph: StageGraph, _ data: [Int: [String: InspectedProblems]]) {
    var trained: OrderedDictionary<Place, Use> = [:]
    var evaluated: OrderedDictionary<Place, Use> = [:]
    for point in graph.points {
      guard let kind = point.kind as? any ProblemReadingKind,
        let use = kind.problemUse(of: point.config),
        case .point(let source) = point.inputs.first(where: { $0.role == use.role })?.source
      else { continue }
      for split in use.splits {
        guard let problems = data[source]?[split] else { continue }
        let place = Place(data: source, split: split)
        let new = Use(problems: problems, stages: [])
        if point.kind is any TrainingKind {
          trained[place, default: new].stages.append(point.stage)
        } else if point.kind is EvalKind {
          evaluated[place, default: new].stages.append(point.stage)
        }
      }
    }
    diagnostics = evaluated.flatMap { place, judged in
      trained.filter { $0.key.data != place.data }.flatMap { _, learned in
        Self.shared(judged, learned)
      }
    }
  }

  private static func shared(_ judged: Use, _ learned: Use) -> [Diagnostic] {
    let places = Dictionary(
      learned.problems.placed.map { (ExactText($0.problem.prompt), $0.place) },
      uniquingKeysWith: { first, _ in first })
    let names = learned.problems.files.joined(separator: ", ")
    let (judges, learners) = (judged.stages.quotedNames, learned.stages.quotedNames)
    let trains = learned.stages.count == 1 ? "trains" : "train"
    var tally = LineTally(
      .warning, .prompt,
      "problems that \(judges) judges by are also in \(names), on "
        + "which \(learners) \(trains)",
      help: "their results say nothing of new problems: take them out of one of the files")
    for (problem, place) in judged.problems.placed {
      guard let other = places[ExactText(problem.prompt)] else { continue }
      tally.add(
        "the problem is also in line \(other.line) of \(learned.problems.file(of: other)), on "
          + "which \(learners) \(trains)", at: place)
    }
    return tally.diagnostics(in: judged.problems)
  }
}

extension OrderedSet<String> {
  /// `'a'`, `'a' and 'b'`, `'a', 'b' and 3 more`.
  fileprivate var quotedNames: String {
    let names = prefix(2).map { "'\($0)'" }
    return count > 2
      ? names.joined(separator: ", ") + " and \(count - 2) more" : names.joined(separator: " and ")
  }
}
