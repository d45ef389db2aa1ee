import ModelCore
import TensorCore

/// Log-probabilities of sampled tokens under the distribution they are sampled from: softmax(logits
/// / temperature) without the banned tokens, before top-k, top-p and min-p. In `exact` numerics and
/// with the sampling weights, they are bitwise equal to the sampler's.
struct LogProbabilityScorer {
  private let optimization: TrainingState
  private let passes: MicroBatching
  private let backend: any Backend
  private let recompute: Recomputation
  private let temperature: Float
  private let banned: [Int32]

  init(_ optimization: TrainingState, sampling: SamplingSettings, backend: any Backend) {
    self.optimization = optimization
    passes = optimization.passes
    recompute = optimization.configuration.recompute
    self.backend = backend
    temperature = sampling.temperature == 0 ? 1 : Float(sampling.temperature)
    banned =
      optimization.format.bannedTokens(ofVocabularySize: optimization.model.vocabularySize)
      + sampling.bannedTokens
  }

  /// Returns one value per sampled token, all sequences in order.
  func logProbabilities(
    of sequences: [TrainingSequence], under model: Transformer, on tape: Tape
  ) throws -> Tensor {
    let batch = PackedBatch(sequences: sequences.map { ($0.tokens, $0.isSampled) })
    if tape.isRecording { tape.noise = optimization.noise(of: batch) }
    let hidden = try model.forward(
      tape, tokens: batch.tokens, layout: batch.layout, recompute: recompute)
    return try tape.logProbabilities(
      hidden, table: model.lmHead, rows: batch.rows, targets: batch.targets,
      temperature: temperature, banned: banned)
  }

  /// Returns one list per sequence, without gradients.
  func values(of sequences: [TrainingSequence], under model: Transformer) throws -> [[Float]] {
    var result: [[Float]] = []
    for range in passes.ranges(of: sequences.map(\.tokens.count)) {
      let tape = Tape(backend: backend, recording: false)
      let part = Array(sequences[range])
      var values = try logProbabilities(of: part, under: model, on: tape).values[...]
      for sequence in part {
        result.append(Array(values.prefix(sequence.sampledCount)))
        values = values.dropFirst(sequence.sampledCount)
      }
    }
    return result
  }
}
