import Fields
package import Foundation
import PipelineCore
package import Reasoning

/// A sign that a training showed, with the step and some of its responses.
package struct RewardFlag: Sendable, Hashable, Codable {
  package let sign: String
  package let step: Int
  package let sentence: String
  package var examples: [Example] = []

  /// A response of the step, as people read it.
  package struct Example: Sendable, Hashable, Codable {
    package let prompt: String
    package let thinking: String
    package let answer: String
    package let reference: String
    package let reward: Double
    package let length: Int
    package let correct: Bool
  }
}

/// Watches a training by reward for signs of reward hacking, step by step. Each sign is told once.
package struct RewardWatch: Sendable {
  /// The most examples of a sign, and the most characters of each of their texts.
  static let mostExamples = 3
  static let mostCharacters = 2000

  private let setting: WatchSetting
  private var steps: [WatchedStep] = []
  package private(set) var flags: [RewardFlag] = []

  package init(_ setting: WatchSetting) { self.setting = setting }

  /// The signs in the log of a training that has ended, without examples.
  package static func flags(
    in log: [TrainingLog.Row], _ setting: WatchSetting = WatchSetting()
  ) -> [RewardFlag] {
    var watch = RewardWatch(setting)
    for row in log {
      _ = watch.add(WatchedStep(step: row.step, figures: row.figures), [])
    }
    return watch.flags
  }

  /// Takes one step.
  /// - Returns: the signs that it is the first to show.
  package mutating func add(
    _ metrics: StepMetrics, _ responses: [PlayedResponse]
  ) -> [RewardFlag] {
    add(WatchedStep(metrics, responses, in: setting.format), responses)
  }

  /// Takes one step, whose responses may be unknown.
  package mutating func add(
    _ step: WatchedStep, _ responses: [PlayedResponse]
  ) -> [RewardFlag] {
    steps.append(step)
    let known = Set(flags.map(\.sign))
    var new: [RewardFlag] = []
    for sign in RewardSigns.all where !known.contains(sign.name) {
      guard let sentence = sign.sentence(about: steps, setting) else { continue }
      new.append(
        RewardFlag(
          sign: sign.name, step: step.step, sentence: sentence,
          examples: examples(of: sign, in: responses)))
    }
    flags += new
    return new
  }

  private func examples(
    of sign: any RewardSign, in responses: [PlayedResponse]
  ) -> [RewardFlag.Example] {
    responses.lazy.filter { sign.isShown(by: $0, setting) }.prefix(Self.mostExamples).map(example)
  }

  private func example(_ response: PlayedResponse) -> RewardFlag.Example {
    let (thinking, answer) = setting.format.text(of: response.tokens)
    return RewardFlag.Example(
      prompt: String(response.problem.prompt.prefix(Self.mostCharacters)),
      thinking: String(thinking.prefix(Self.mostCharacters)),
      answer: String(answer.prefix(Self.mostCharacters)),
      reference: String(response.problem.answer.prefix(Self.mostCharacters)),
      reward: response.reward.isFinite ? response.reward : 0, length: response.graded.tokenCount,
      correct: response.graded.isCorrect)
  }
}

// MARK: Files

extension RewardWatch {
  /// The file in a checkpoint.
  static let file = "watch.jsonl"

  /// The state for a checkpoint, beside the log: the figures that are not logged, then the flags.
  var data: Data {
    JSONLines.encode(steps.map(\.unlogged)) + Self.lines(of: flags)
  }

  /// Restores the state of a checkpoint.
  /// - Parameter data: nil for a checkpoint of an engine without a watch, whose log alone counts.
  mutating func restore(_ data: Data?, log: [TrainingLog.Row]) {
    var extra: [Int: [String: Double]] = [:]
    for line in data?.lines ?? [] {
      guard let json = try? JSONText(parsing: line), json["sign"] == nil,
        let step = json["step"]?.intValue, case .object(let members) = json
      else { continue }
      extra[step] = Dictionary(
        members.compactMap { name, value in
          name == "step" ? nil : value.numberValue.map { (name, $0) }
        }, uniquingKeysWith: { $1 })
    }
    steps = log.map { row in
      WatchedStep(
        step: row.step, figures: row.figures.merging(extra[row.step] ?? [:]) { $1 })
    }
    flags = Self.flags(in: data ?? Data())
  }

  /// The flags as lines, which are kept beside the result.
  package static func lines(of flags: [RewardFlag]) -> Data {
    JSONLines.encode(flags.map(\.json))
  }

  /// Reads lines of flags; other lines are left out.
  package static func flags(in data: Data) -> [RewardFlag] {
    data.lines.compactMap { try? JSONDecoder().decode(RewardFlag.self, from: $0) }
  }
}

extension RewardFlag {
  fileprivate var json: JSONText {
    .object([
      ("sign", .string(sign)), ("step", .int(step)), ("sentence", .string(sentence)),
      ("examples", .array(examples.map(\.json))),
    ])
  }
}

extension RewardFlag.Example {
  fileprivate var json: JSONText {
    .object([
      ("prompt", .string(prompt)), ("thinking", .string(thinking)), ("answer", .string(answer)),
      ("reference", .string(reference)), ("reward", .double(reward)), ("length", .int(length)),
      ("correct", .bool(correct)),
    ])
  }
}
