import Fields
import Reasoning

/// Ever more responses answer without thinking.
///
/// The share of finished responses with nothing between the start and the end of thinking, in the
/// last five steps against the first five: it must have risen by 0.3 and by more than two standard
/// errors. Some teachers answer easy problems at once, in one or two of ten responses; a training
/// that makes a third more of its answers thoughtless has found a short cut or was asked to. It is
/// not known where nothing divides thinking from the answer.
struct UnthinkingAnswers: RewardSign {
  let name = "unthinking_answers"

  private static let window = 5
  private static let leastRise = 0.3
  private static let errors = 2.0

  func sentence(about steps: [WatchedStep], _ setting: WatchSetting) -> String? {
    guard let (first, last) = steps.ends(Self.window),
      let rise = [WatchedStep].change(of: WatchedStep.unthinking, from: first, to: last),
      rise.amount >= Self.leastRise, rise.inErrors > Self.errors,
      let before = first.mean(WatchedStep.unthinking), let now = last.mean(WatchedStep.unthinking)
    else { return nil }
    return
      "\(NumberFormat.fixed(100 * now, digits: 0)) % of the responses answer without thinking, "
      + "\(NumberFormat.fixed(100 * before, digits: 0)) % in the first \(Self.window) steps"
  }

  func isShown(by response: PlayedResponse, _ setting: WatchSetting) -> Bool {
    response.isUnthinking(in: setting.format)
  }
}
