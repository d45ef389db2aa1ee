import Fields
import Foundation
package import Reasoning
import Reporting

/// One step of a training as the watch sees it: the figures of its log, and some that are not
/// logged.
package struct WatchedStep: Sendable, Hashable {
  package let step: Int
  package var figures: [String: Double]

  package init(step: Int, figures: [String: Double]) {
    self.step = step
    self.figures = figures
  }

  package subscript(name: String) -> Double? { figures[name] }

  /// The share of responses without thinking, where thinking is divided from the answer.
  static let unthinking = "watch/unthinking"
  static let least = "watch/reward_min"
  static let most = "watch/reward_max"
  static func least(ofTerm name: String) -> String { "watch/rewards/\(name)/min" }
  static func most(ofTerm name: String) -> String { "watch/rewards/\(name)/max" }

  /// Adds the figures that a log does not have.
  /// - Parameter responses: those of the step.
  package init(
    _ metrics: StepMetrics, _ responses: [PlayedResponse], in format: any ResponseFormat
  ) {
    step = metrics.step
    figures = Dictionary(
      metrics.values.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    guard !responses.isEmpty else { return }
    let rewards = responses.map(\.reward)
    figures[Self.least] = rewards.min()
    figures[Self.most] = rewards.max()
    for name in responses[0].terms.keys {
      let values = responses.compactMap { $0.terms[name] }
      figures[Self.least(ofTerm: name)] = values.min()
      figures[Self.most(ofTerm: name)] = values.max()
    }
    if format.endOfThinking != nil {
      let empty = responses.count { $0.isUnthinking(in: format) }
      figures[Self.unthinking] = Double(empty) / Double(responses.count)
    }
  }

  /// The figures that are not in the log, for a checkpoint.
  var unlogged: JSONText {
    let own = figures.filter { $0.key.hasPrefix("watch/") && $0.value.isFinite }
    return .object(
      [("step", .int(step))]
        + own.sorted { $0.key < $1.key }.map { ($0.key, JSONText.double($0.value)) })
  }
}

extension PlayedResponse {
  /// True if the response ended with nothing but space before the end of its thinking.
  func isUnthinking(in format: any ResponseFormat) -> Bool {
    // A template may write line breaks around an empty thought, which are few tokens.
    guard graded.isFinished, graded.thinkingTokenCount <= 4 else { return false }
    return graded.thinkingTokenCount == 0
      || format.text(of: tokens).thinking.allSatisfy(\.isWhitespace)
  }
}

extension [WatchedStep] {
  /// The mean of a figure over some steps; nil if none of them has it.
  func mean(_ name: String) -> Double? {
    Statistics.mean(compactMap { $0[name] })
  }

  /// The standard error of the mean of a figure, from how much its steps differ; 0 for fewer than
  /// two.
  func standardError(_ name: String) -> Double {
    let values = compactMap { $0[name] }
    return Statistics.sampleVariance(values).map { ($0 / Double(values.count)).squareRoot() } ?? 0
  }

  /// The first and the last steps, as many as `count` each; nil while they would overlap.
  func ends(_ count: Int) -> (first: [WatchedStep], last: [WatchedStep])? {
    self.count < 2 * count ? nil : (Array(prefix(count)), Array(suffix(count)))
  }

  /// A change of a figure between two windows, in units of which noise makes two at most in 19 of
  /// 20 cases; infinite where the steps do not differ at all.
  static func change(
    of name: String, from first: [WatchedStep], to last: [WatchedStep]
  ) -> (amount: Double, inErrors: Double)? {
    guard let before = first.mean(name), let now = last.mean(name) else { return nil }
    let (a, b) = (first.standardError(name), last.standardError(name))
    let error = (a * a + b * b).squareRoot()
    let amount = now - before
    return (amount, error > 0 ? amount / error : amount == 0 ? 0 : amount * .infinity)
  }
}
