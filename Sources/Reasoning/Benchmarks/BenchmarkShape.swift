package import ModelCore

/// A model and a batch whose speed is worth knowing.
package struct BenchmarkShape: Sendable {
  package let name: String
  package let meaning: String
  package let vocabularySize: Int
  /// Sequences of a training step and their length.
  package let batch: Int
  package let length: Int
  /// Sequences sampled together.
  package let rows: Int
  package let configuration: ModelConfiguration

  private init(
    _ name: String, _ meaning: String, hidden: Int, layers: Int, heads: Int, intermediate: Int,
    vocabulary: Int, batch: Int, length: Int, rows: Int, shortConvolution: Int? = nil
  ) {
    self.name = name
    self.meaning = meaning
    vocabularySize = vocabulary
    self.batch = batch
    self.length = length
    self.rows = rows
    var configuration = ModelConfiguration()
    configuration.hiddenSize = hidden
    configuration.layerCount = layers
    configuration.headCount = heads
    configuration.intermediateSize = intermediate
    configuration.shortConvolutionWidth = shortConvolution
    self.configuration = configuration
  }

  package static let all = [
    BenchmarkShape(
      "quickstart", "the model of pipelines/quickstart.yaml", hidden: 128, layers: 2, heads: 4,
      intermediate: 344, vocabulary: LadderVocabulary.tokens.count, batch: 16, length: 70,
      rows: 192, shortConvolution: 4),
    BenchmarkShape(
      "tiny", "0.86 M parameters", hidden: 128, layers: 4, heads: 4, intermediate: 384,
      vocabulary: 64, batch: 64, length: 192, rows: 256),
    BenchmarkShape(
      "small", "5.2 M parameters", hidden: 256, layers: 6, heads: 8, intermediate: 768,
      vocabulary: 512, batch: 32, length: 256, rows: 64),
    BenchmarkShape(
      "mid", "29.9 M parameters", hidden: 512, layers: 8, heads: 8, intermediate: 1408,
      vocabulary: 8192, batch: 8, length: 512, rows: 16),
  ]
}
