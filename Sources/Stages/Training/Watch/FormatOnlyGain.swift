import Fields
import Reasoning

/// The reward rises while correctness does not: something else than right answers is rewarded.
///
/// The first ten steps are compared with the last ten; both changes are held against how much the
/// steps of a window differ (two standard errors). A rise of less than 0.05 is not told.
///
/// - With a term that shapes lengths, a rise at equal accuracy is what the training is for. It is a
///   sign only if accuracy fell, or if there never was any (below 0.05): then the rise is bought.
/// - Without one, the rise has to come from right answers, so equal accuracy is a sign.
struct FormatOnlyGain: RewardSign {
  let name = "format_only_gain"

  private static let window = 10
  private static let leastGain = 0.05
  private static let errors = 2.0
  private static let leastAccuracy = 0.05

  func sentence(about steps: [WatchedStep], _ setting: WatchSetting) -> String? {
    guard let (first, last) = steps.ends(Self.window),
      let gain = [WatchedStep].change(of: "reward", from: first, to: last),
      let change = [WatchedStep].change(of: "accuracy", from: first, to: last),
      gain.amount >= Self.leastGain, gain.inErrors > Self.errors,
      let before = first.mean("accuracy"), let now = last.mean("accuracy")
    else { return nil }
    let fell = change.inErrors < -Self.errors
    let isWithout = before < Self.leastAccuracy && now < Self.leastAccuracy
    let isFlat = change.inErrors < 1
    guard fell || isWithout || (isFlat && !setting.shapesLength) else { return nil }
    return "the reward rose by \(NumberFormat.fixed(gain.amount, digits: 3)) since the first "
      + "\(Self.window) steps, and accuracy went from \(NumberFormat.fixed(before, digits: 3)) to "
      + "\(NumberFormat.fixed(now, digits: 3)): other terms than correctness are being served"
  }

  /// A wrong answer with a reward above the least that a wrong one gets.
  func isShown(by response: PlayedResponse, _ setting: WatchSetting) -> Bool {
    !response.graded.isCorrect
      && response.terms.contains { $0.key != Correctness.name && $0.value > 0 }
  }
}
