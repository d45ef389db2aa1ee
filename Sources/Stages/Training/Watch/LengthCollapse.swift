import Fields
import Reasoning

/// Responses become far shorter and accuracy goes with them.
///
/// Shorter responses are the aim of many trainings: published runs lose half of their length and
/// more at equal accuracy. So a collapse needs both: the mean length of the last five steps is
/// below a quarter of that of the first five, and accuracy fell by more than 0.05 and two standard
/// errors, or never was above 0.05.
struct LengthCollapse: RewardSign {
  let name = "length_collapse"

  private static let window = 5
  private static let share = 0.25
  private static let leastFall = 0.05
  private static let errors = 2.0
  private static let leastAccuracy = 0.05
  private static let length = "completions/mean_length"

  func sentence(about steps: [WatchedStep], _ setting: WatchSetting) -> String? {
    guard let (first, last) = steps.ends(Self.window),
      let before = first.mean(Self.length), let now = last.mean(Self.length),
      now < Self.share * before,
      let change = [WatchedStep].change(of: "accuracy", from: first, to: last),
      let accuracy = first.mean("accuracy"), let left = last.mean("accuracy")
    else { return nil }
    let fell = change.amount < -Self.leastFall && change.inErrors < -Self.errors
    guard fell || (accuracy < Self.leastAccuracy && left < Self.leastAccuracy) else { return nil }
    return "responses collapsed from \(NumberFormat.fixed(before, digits: 1)) to "
      + "\(NumberFormat.fixed(now, digits: 1)) tokens since the first \(Self.window) steps, and "
      + "accuracy went from \(NumberFormat.fixed(accuracy, digits: 3)) to "
      + NumberFormat.fixed(left, digits: 3)
  }

  func isShown(by response: PlayedResponse, _ setting: WatchSetting) -> Bool {
    !response.graded.isCorrect
  }
}
