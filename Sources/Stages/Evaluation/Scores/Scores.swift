import Algorithms
package import Fields
import PipelineCore

/// The scores that a stage may declare, in the order of the schema.
package enum ScoreTypes {
  package static let all: [any Score.Type] = [
    AccuracyEfficiencyScore.self,
    EfficiencyEffectivenessScore.self,
    AccuracyArea.self,
    ReasoningEfficiencyGap.self,
    OverthinkingAdjustedArea.self,
    OptimalThinkingF1.self,
    CostOfPass.self,
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  static func isScore(_ name: String) -> Bool { all.contains { $0.name == name } }
}

/// The scores that a table, a plot or a claims stage declares.
///
/// ```yaml
/// scores:
///   aes: {base: start, alpha: 1, beta: 3, gamma: 5}
///   cost_of_pass: {input: 0.1, output: 0.4}
/// columns: [accuracy, mean_tokens, aes, cost_of_pass]
/// ```
package struct Scores: FieldDecodable {
  package let all: [any Score]

  package init(_ all: [any Score] = []) { self.all = all }

  package static let descriptor = GroupDescriptor(
    meaning: "Scores with declared weights, bases, budgets and prices",
    fields: ScoreTypes.all.map { type in
      FieldDescriptor(
        name: type.name, type: .group(type.descriptor), defaultValue: .absent,
        meaning: type.meaning, fieldClass: .semantic, isKeyedWhenAbsent: false)
    })

  package init(decoding value: FieldValue) {
    all = ScoreTypes.all.compactMap { type in
      let fields = value[type.name]
      return fields.isAbsent ? nil : type.init(decoding: fields)
    }
  }

  package func allIssues() -> [FieldIssue] {
    all.flatMap { score in score.allIssues().map { $0.prefixed(type(of: score).name) } }
  }

  func issues(among stages: [UpstreamStage]) -> [FieldIssue] {
    all.flatMap { score in
      score.issues(among: stages).map { $0.prefixed(type(of: score).name).prefixed("scores") }
    }
  }

  /// The declared score or the metric of this name.
  package func metric(named name: String) -> (any Metric)? {
    all.first { type(of: $0).name == name }.map { ScoreMetric(score: $0) } ?? Metrics.named(name)
  }

  /// A sentence for each score that is used.
  func notes(using names: [String]) -> [String] {
    all.filter { names.contains(type(of: $0).name) }.map(\.note)
  }

  /// Issues with uses of scores that are not declared, and with scores that are not used.
  /// - Parameter uses: the places at which metrics are named.
  func issues(uses: [(name: String, path: [String])]) -> [FieldIssue] {
    let declared = all.map { type(of: $0).name }
    let unknown = uses.filter { ScoreTypes.isScore($0.name) && !declared.contains($0.name) }
    let idle = declared.filter { name in !uses.contains { $0.name == name } }
    return unknown.map { name, path in
      let fields = ScoreTypes.all.first { $0.name == name }?.descriptor.fields ?? []
      let required = fields.filter(\.isRequired).map { "\($0.name): …" }
      return FieldIssue(
        path, "'\(name)' is a score, which is not declared",
        help: "add 'scores: {\(name): {\(required.joined(separator: ", "))}}'")
    }
      + idle.map { name in
        FieldIssue(
          ["scores", name], "'\(name)' is declared but not used",
          help: "name it where a metric is expected, or leave it out")
      }
  }
}

extension Field where Root: FieldGroup {
  /// The field `scores`, which joined kinds whose results are kept.
  static func scores(_ path: WritableKeyPath<Root, Scores>) -> Field {
    Field(
      FieldDescriptor(
        name: "scores", type: .group(Scores.descriptor), defaultValue: .absent,
        meaning: "Metrics with weights, a base, budgets or prices of their own, by name",
        fieldClass: .semantic, isKeyedWhenAbsent: false),
      issues: { root in root[keyPath: path].allIssues().map { $0.prefixed("scores") } },
      assign: { root, value in root[keyPath: path] = Scores(decoding: value) })
  }
}
