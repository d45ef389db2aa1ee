package import Fields
package import PipelineCore
import Reasoning

/// Checks that a stage which reads problems can make before anything runs.
package struct UpstreamProblems {
  private let role: String
  private let source: UpstreamStage?
  /// The configuration of generated splits, as written.
  private let generated: [String: FieldValue]?
  /// The names of the splits; nil if unknown.
  private let names: [String]?

  /// - Parameter role: the role that takes problems; its input may be of another type or missing.
  package init(role: String, inputs: [String: [UpstreamStage]]) {
    self.role = role
    source = inputs[role]?.first
    generated =
      source?.kind is ProblemsKind ? source?.config["splits"].mapValue : nil
    names =
      generated.map { $0.keys.sorted() }
      ?? source.flatMap { source in
        source.kind is DataKind
          ? DataKind.Configuration(decoding: source.config)
            .splitNames(ofLabels: source.labels[DataKind.role] ?? []) : nil
      }
  }

  /// The number of problems that a split requests; nil if unknown.
  package func count(ofSplit name: String) -> Int? { generated?[name]?["count"].intValue }

  /// The problems of a split; nil if they are not known before a run, or cannot be read.
  func problems(ofSplit name: String) -> [Problem]? {
    guard let source, let kind = source.kind as? any ProblemsStageKind else { return nil }
    return try? kind.problems(ofSplit: name, in: source.config, inputs: source.externals)
  }

  /// A description of how training samples problems from files; nil for other problems.
  package var draws: String? {
    guard let source, source.kind is DataKind else { return nil }
    let balance = DataKind.Configuration(decoding: source.config).balance
    return balance.isEmpty
      ? "in shuffled passes" : "balanced by " + balance.joined(separator: ", then ")
  }

  /// An issue for training on a split of the test part, unless the split sets `part` itself.
  package func trainingIssue(forSplit name: String, at path: [String]) -> FieldIssue? {
    guard let split = generated?[name], split["part"].isAbsent,
      ProblemPart.ofSplit(named: name) == .test
    else { return nil }
    return FieldIssue(
      path, "split '\(name)' draws from the test prompts, and this stage trains on it",
      help: "add 'part: train' to the split, or call it 'train'")
  }

  /// An issue for a split that does not exist, or whose text models may not be able to read.
  package func issue(forSplit name: String, at path: [String]) -> FieldIssue? {
    guard let source, let names else { return nil }
    guard names.contains(name) else {
      return FieldIssue(
        path, UnknownName("split", name, "of '\(source.stage)'", among: names))
    }
    guard source.kind is DataKind,
      DataKind.Configuration(decoding: source.config).vocabulary == .any
    else { return nil }
    return FieldIssue(
      ["inputs", role],
      "'\(source.stage)' has 'vocabulary: any': models may not be able to read its text",
      help: "leave it out there, and every line is checked")
  }

  /// An issue for imitation learning on problems from files that have no responses.
  package func imitationIssue() -> FieldIssue? {
    guard let source, source.kind is DataKind else { return nil }
    let configuration = DataKind.Configuration(decoding: source.config)
    guard !configuration.hasResponses,
      configuration.verifier != DataKind.familyVerifier.name
    else { return nil }
    return FieldIssue(
      ["inputs", role], "the problems of '\(source.stage)' have no responses to imitate",
      help: "map 'response' under 'fields' of '\(source.stage)'")
  }
}
