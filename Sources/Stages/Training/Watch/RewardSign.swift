import Fields
package import Reasoning

/// A sign that a training serves its reward without doing the task: reward hacking.
///
/// A sign is a function of the steps so far, so that it can be judged while a training runs and
/// from the log of one that has ended. It is told once, at the first step that shows it. A new sign
/// is one file here and one line in `RewardSigns`.
protocol RewardSign: Sendable {
  var name: String { get }

  /// Returns a sentence about the last of the steps; nil if they do not show the sign.
  /// - Precondition: `steps` is not empty.
  func sentence(about steps: [WatchedStep], _ setting: WatchSetting) -> String?
  /// True if a response of the step that shows the sign is an example of it.
  func isShown(by response: PlayedResponse, _ setting: WatchSetting) -> Bool
}

/// The signs that every training by reward is watched for.
enum RewardSigns {
  static let all: [any RewardSign] = [
    RewardOutOfRange(), ConstantReward(), FormatOnlyGain(), LengthCollapse(), UnthinkingAnswers(),
  ]

  static func named(_ name: String) -> (any RewardSign)? { all.first { $0.name == name } }
}

/// The parts of a training's configuration that decide what is a sign.
package struct WatchSetting: Sendable {
  /// The range that each reward term can give, after weighting; terms without one are left out.
  package var ranges: [String: ClosedRange<Double>] = [:]
  /// True if the reward has a term that asks for other lengths.
  package var shapesLength = false
  /// The format of the responses.
  package var format: any ResponseFormat = ResponseFormats.standard

  package init() {}

  package init(_ reward: RewardConfiguration, format: any ResponseFormat) {
    self.format = format
    for term in reward.terms {
      let name = type(of: term).name
      let weight = reward.weights[name] ?? 1
      ranges[name] = term.range.map { range in
        let ends = [range.lowerBound * weight, range.upperBound * weight].sorted()
        return ends[0]...ends[1]
      }
      if term.shapesLength { shapesLength = true }
    }
  }
}
