import Algorithms
import Fields
import PipelineCore
import Reasoning

/// Finds the problems and samples that a file of responses lacks.
///
/// Figures are means over the questions that have responses: without the hardest three of a hundred
/// they would look better than they are. A split that is answered at all is answered whole, every
/// problem by as many samples.
struct ResponseCompleteness {
  /// The prompts of every split, each once; nil where no problems were given.
  private let asked: [String: [String]]?
  /// In order of first appearance.
  private var splits: [Split] = []
  private var places: [ExactText: Int] = [:]

  fileprivate struct Split {
    let name: String
    /// In order of first appearance.
    var questions: [(prompt: String, samples: Set<Int>)] = []
    var places: [ExactText: Int] = [:]
  }

  /// - Parameter splits: the problems that were to be answered; nil where they are not known.
  init(of splits: [String: [Problem]]?) {
    asked = splits?.mapValues { problems in
      problems.map(\.prompt).uniqued(on: ExactText.init)
    }
  }

  mutating func add(_ sample: Int, of problem: Problem, in name: String) {
    let split = places[ExactText(name)] ?? splits.count
    if split == splits.count {
      places[ExactText(name)] = split
      splits.append(Split(name: name))
    }
    splits[split].add(sample, of: problem.prompt)
  }

  /// At most one for each split: the first thing that is missing, and how many are.
  var mistakes: [(message: String, help: String)] {
    splits.compactMap { missingProblems(of: $0) ?? $0.missingSamples }
  }

  private func missingProblems(of split: Split) -> (message: String, help: String)? {
    guard let prompts = asked?[split.name] else { return nil }
    let missing = prompts.filter { split.places[ExactText($0)] == nil }
    guard let first = missing.first else { return nil }
    return (
      "\(missing.count) of the \(prompts.count) problems of split \(split.name.quoted) "
        + "\(missing.count == 1 ? "has" : "have") no response; the first is \(first.quoted)",
      "write a line for every problem; one that was not answered has a response with 'finished' "
        + "and 'correct' false, and an empty 'answer'"
    )
  }
}

extension ResponseCompleteness.Split {
  fileprivate mutating func add(_ sample: Int, of prompt: String) {
    let place = places[ExactText(prompt)] ?? questions.count
    if place == questions.count {
      places[ExactText(prompt)] = place
      questions.append((prompt, []))
    }
    questions[place].samples.insert(sample)
  }

  /// The samples that some of the problems have and others lack.
  fileprivate var missingSamples: (message: String, help: String)? {
    let count = (questions.compactMap { $0.samples.max() }.max() ?? 0) + 1
    let short = questions.filter { $0.samples.count < count }
    guard let first = short.first,
      let sample = (0..<count).first(where: { !first.samples.contains($0) })
    else { return nil }
    let missing = short.reduce(0) { $0 + count - $1.samples.count }
    return (
      "\(missing) sample\(missing == 1 ? " is" : "s are") missing in split \(name.quoted); the "
        + "first is sample \(sample) of \(first.prompt.quoted)",
      "every problem of a split has as many samples, numbered from 0"
    )
  }
}
