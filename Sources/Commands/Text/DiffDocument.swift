import Fields
import PipelineCore
import Stages

/// The output of `diff --json`, in the shape that docs/results.md lists. Every member is always
/// there; one that is not known is null.
struct DiffDocument {
  /// Raise when a member goes or comes to mean something else; a new one leaves it.
  static let format = 1

  let difference: RunDifference
  let before: RunRecord
  let now: RunRecord

  var json: JSONText {
    .object([
      ("format", .int(Self.format)),
      ("before", .object(StatusDocument.summary(before))),
      ("now", .object(StatusDocument.summary(now))),
      ("same", .bool(difference.isEmpty)),
      ("cautions", strings(difference.cautions)),
      (
        "fields",
        .array(
          difference.fields.map { field in
            .object([
              ("path", .string(field.path)), ("before", .string(field.before)),
              ("now", .string(field.now)),
            ])
          })
      ),
      ("only_before", strings(difference.onlyBefore)),
      ("only_now", strings(difference.onlyNow)),
      ("evaluations", .array(difference.evaluations.map(evaluation))),
    ])
  }

  private func evaluation(_ evaluation: RunDifference.Evaluation) -> JSONText {
    .object([
      ("name", .string(evaluation.name)), ("questions", .int(evaluation.questions)),
      ("seeds", .int(evaluation.seeds)),
      (
        "metrics",
        .array(
          evaluation.metrics.map { change in
            .object([
              ("split", .string(change.split)), ("metric", .string(change.metric.name)),
              ("before", .optional(change.before)), ("now", .optional(change.now)),
              ("change", .optional(change.now - change.before)),
              ("from", .optional(change.interval?.lowerBound)),
              ("to", .optional(change.interval?.upperBound)), ("p", .optional(change.pValue)),
            ])
          })
      ),
      (
        "samples",
        .array(
          evaluation.flips.map { flip in
            .object([
              ("split", .string(flip.split)), ("prompt", .string(flip.prompt)),
              ("right_now", .bool(flip.isRightNow)),
              ("tokens_before", .optional(flip.tokensBefore)),
              ("tokens_now", .optional(flip.tokensNow)),
            ])
          })
      ),
    ])
  }

  private func strings(_ texts: [String]) -> JSONText { .array(texts.map { .string($0) }) }
}
