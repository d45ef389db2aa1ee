import Fields
import Reasoning

/// Every response of a step has the same reward, so that nothing can be learned from it.
///
/// At the first step one such step is enough: a grader that never reads an answer, or accepts all,
/// shows at once, and hours later it only shows in the curves (AReaL issue 128). Later it takes
/// five steps in a row, since a step of a few prompts may be equal by chance, and a training whose
/// answers have all become right is left alone: its task is learned.
struct ConstantReward: RewardSign {
  let name = "constant_reward"

  /// The number of equal steps in a row that count after the first step.
  private static let patience = 5

  func sentence(about steps: [WatchedStep], _ setting: WatchSetting) -> String? {
    let last = steps[steps.count - 1]
    guard let reward = Self.constant(last) else { return nil }
    let value = NumberFormat.fixed(reward, digits: 3)
    if last.step == 1 {
      return "every response of the first step has the reward \(value): "
        + (last["accuracy"] == 1
          ? "is the grader accepting everything?"
          : "can the grader read the answers, and can the model solve any of these problems?")
    }
    let own = steps.suffix(Self.patience)
    guard own.count == Self.patience, own.allSatisfy({ Self.constant($0) == reward }),
      last["accuracy"] ?? 0 < 1
    else { return nil }
    return "every response of the last \(Self.patience) steps has the reward \(value), so that "
      + "nothing is learned"
  }

  /// The reward that all responses of a step have; nil if they differ.
  private static func constant(_ step: WatchedStep) -> Double? {
    if let least = step[WatchedStep.least], let most = step[WatchedStep.most] {
      return least == most ? least : nil
    }
    // A log alone has the spread of every term.
    let spreads = step.figures.filter { $0.key.hasPrefix("rewards/") && $0.key.hasSuffix("/std") }
    guard !spreads.isEmpty, spreads.allSatisfy({ $0.value == 0 }) else { return nil }
    return step["reward"]
  }

  func isShown(by response: PlayedResponse, _ setting: WatchSetting) -> Bool { true }
}
