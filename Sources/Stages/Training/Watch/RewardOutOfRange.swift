import Fields
import Reasoning

/// A reward is not a number, or outside the range that its term can give.
///
/// Ranges are those that the terms declare (`RewardTerm.range`), times their weights. A value
/// outside by less than 1e-6 of the range's width is rounding.
struct RewardOutOfRange: RewardSign {
  let name = "reward_out_of_range"

  private static let slack = 1e-6

  func sentence(about steps: [WatchedStep], _ setting: WatchSetting) -> String? {
    let last = steps[steps.count - 1]
    if let reward = last["reward"], !reward.isFinite { return "the mean reward is not a number" }
    for (name, range) in setting.ranges.sorted(by: { $0.key < $1.key }) {
      let values = [
        last[WatchedStep.least(ofTerm: name)], last[WatchedStep.most(ofTerm: name)],
        last["rewards/\(name)/mean"],
      ].compactMap { $0 }
      guard let value = values.first(where: { !Self.contains($0, range) }) else { continue }
      return
        "the reward term '\(name)' gave \(NumberFormat.fixed(value, digits: 3)), outside of its "
        + "range from \(NumberFormat.fixed(range.lowerBound, digits: 3)) to "
        + NumberFormat.fixed(range.upperBound, digits: 3)
    }
    return nil
  }

  private static func contains(_ value: Double, _ range: ClosedRange<Double>) -> Bool {
    let slack = slack * max(1, range.upperBound - range.lowerBound)
    return value >= range.lowerBound - slack && value <= range.upperBound + slack
  }

  func isShown(by response: PlayedResponse, _ setting: WatchSetting) -> Bool {
    !response.reward.isFinite
      || setting.ranges.contains { name, range in
        response.terms[name].map { !Self.contains($0, range) } ?? false
      }
  }
}
