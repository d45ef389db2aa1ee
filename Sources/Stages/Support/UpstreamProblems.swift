package import Fields
package import PipelineCore
import Reasoning

/// What a stage that reads problems can check before anything runs.
package struct UpstreamProblems {
  private let role: String
  private let source: UpstreamStage?
  /// The splits of problems that are generated, as written.
  private let generated: [String: FieldValue]?
  /// Nil when they are not known.
  private let names: [String]?

  /// - Parameter role: the role that takes problems; it may be given something else or nothing.
  package init(role: String, inputs: [String: [UpstreamStage]]) {
    self.role = role
    source = inputs[role]?.first
    generated =
      source?.kind == ProblemsKind().name ? source?.config["splits"].mapValue : nil
    names =
      generated.map { $0.keys.sorted() }
      ?? (source?.kind == DataKind().name ? source?.labels[DataKind.role] ?? [] : nil)
  }

  /// How many problems a split asks for; nil when unknown.
  package func count(ofSplit name: String) -> Int? { generated?[name]?["count"].intValue }

  /// How training on problems from files draws them; nil for others.
  package var draws: String? {
    guard let source, source.kind == DataKind().name else { return nil }
    let balance = DataKind.Configuration(decoding: source.config).balance
    return balance.isEmpty
      ? "in shuffled passes" : "balanced by " + balance.joined(separator: ", then ")
  }

  /// A split of the test part that is trained on, unless it says so itself.
  package func trainingIssue(forSplit name: String, at path: [String]) -> FieldIssue? {
    guard let split = generated?[name], split["part"].isAbsent,
      ProblemPart.ofSplit(named: name) == .test
    else { return nil }
    return FieldIssue(
      path, "split '\(name)' draws from the test prompts, and this stage trains on it",
      help: "add 'part: train' to the split, or call it 'train'")
  }

  /// A split that is not there, or whose text models cannot be expected to read.
  package func issue(forSplit name: String, at path: [String]) -> FieldIssue? {
    guard let source, let names else { return nil }
    guard names.contains(name) else {
      return FieldIssue(
        path, "the problems have no split '\(name)'",
        help: EditDistance.suggestion(for: name, among: names).map { "did you mean '\($0)'?" }
          ?? "splits: " + names.joined(separator: ", "))
    }
    guard source.kind == DataKind().name,
      DataKind.Configuration(decoding: source.config).vocabulary == .any
    else { return nil }
    return FieldIssue(
      ["inputs", role],
      "'\(source.stage)' has 'vocabulary: any': models may not be able to read its text",
      help: "write 'vocabulary: ladder' there, and every line is checked")
  }

  /// Problems from files that nobody has written a response to.
  package func imitationIssue() -> FieldIssue? {
    guard let source, source.kind == DataKind().name else { return nil }
    let configuration = DataKind.Configuration(decoding: source.config)
    guard configuration.fields["response"] == nil,
      configuration.verifier != DataKind.familyVerifier.name
    else { return nil }
    return FieldIssue(
      ["inputs", role], "the problems of '\(source.stage)' have no responses to imitate",
      help: "map 'response' under 'fields' of '\(source.stage)'")
  }
}
