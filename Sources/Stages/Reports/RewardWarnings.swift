import Fields
import PipelineCore
import Reasoning
import Reporting

/// The signs of reward hacking that a training showed, with some of its responses, for a report.
enum RewardWarnings {
  /// - Parameters:
  ///   - key: the key of the training, beside whose record its signs are kept.
  ///   - model: the model that it made, whose log counts where no signs are kept.
  static func blocks(
    of point: StagePoint, _ key: String, _ model: any ArtifactReader, _ store: Store
  ) throws -> [Page.Block] {
    guard let kind = point.kind as? RLKind else { return [] }
    let configuration = RLKind.Configuration(decoding: point.config)
    var flags = RewardWatch.flags(in: try store.keptLog(key, from: 0))
    if flags.isEmpty {
      // Trainings of an engine without a watch have their log.
      flags = RewardWatch.flags(
        in: try TrainingLog.rows(of: model),
        WatchSetting(configuration.reward, format: kind.format(of: configuration)))
    }
    return flags.flatMap { flag -> [Page.Block] in
      [.warning("'\(point.address)', step \(flag.step): \(flag.sentence).")]
        + flag.examples.enumerated().map { index, example in
          .response(shown(example, "step \(flag.step), response \(index + 1)"))
        }
    }
  }

  private static func shown(
    _ example: RewardFlag.Example, _ title: String
  ) -> Page.ShownResponse {
    Page.ShownResponse(
      heading: "\(title), reward \(NumberFormat.fixed(example.reward, digits: 3)), "
        + NumberFormat.tokens(example.length),
      prompt: example.prompt, thinking: example.thinking,
      answer: example.answer + "  (right: \(example.reference))", cut: nil,
      isCorrect: example.correct)
  }
}
