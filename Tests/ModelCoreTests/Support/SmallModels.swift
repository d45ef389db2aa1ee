import ModelCore
import TensorCore

/// The small shape of the tests, with everything a shape can have: grouped heads, two layers.
func smallConfiguration(convolution: Bool, tied: Bool) -> ModelConfiguration {
  var configuration = ModelConfiguration()
  configuration.hiddenSize = 32
  configuration.layerCount = 2
  configuration.headCount = 4
  configuration.keyValueHeadCount = 2
  configuration.intermediateSize = 48
  configuration.tiesEmbeddings = tied
  configuration.shortConvolutionWidth = convolution ? 4 : nil
  return configuration
}

let smallVocabularySize = 23

/// A model with weights large enough for its distributions to be far from uniform.
func smallModel(
  convolution: Bool = true, tied: Bool = true, seed: UInt64 = 1
) throws -> Transformer {
  try Transformer(
    configuration: smallConfiguration(convolution: convolution, tied: tied),
    vocabularySize: smallVocabularySize
  ) { parameter in
    var stream = RandomStream(seed: seed, purpose: parameter.name)
    let count = parameter.shape.reduce(1, *)
    let isNorm = parameter.start == .ones
    return (0..<count).map { _ in Float(isNorm ? 1 + 0.1 * stream.normal() : 0.3 * stream.normal())
    }
  }
}

/// Prompts of lengths 1 to 12.
func samplePrompts(_ count: Int, seed: UInt64 = 3) -> [[Int32]] {
  var stream = RandomStream(seed: seed, purpose: "prompts")
  return (0..<count).map { _ in
    (0..<stream.int(in: 1...12)).map { _ in Int32(stream.int(in: 0...smallVocabularySize - 1)) }
  }
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
