import ModelCore
import TensorCore

/// The small shape for tests, with all optional parts: grouped heads, two layers.
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

func smallModel(
  convolution: Bool = true, tied: Bool = true, seed: UInt64 = 1
) throws -> Transformer {
  try smallModel(smallConfiguration(convolution: convolution, tied: tied), seed: seed)
}

/// A model with weights so large that its distributions are far from uniform.
/// - Parameter replacing: the value of all weights of a parameter, by its name; nil for random
///   ones.
func smallModel(
  _ configuration: ModelConfiguration, mixers: [MixerKind] = MixerKind.standard, seed: UInt64 = 1,
  adapt: ParameterBuilder.Adapt? = nil, replacing: @escaping (String) -> Float? = { _ in nil }
) throws -> Transformer {
  try Transformer(
    configuration: configuration, vocabularySize: smallVocabularySize, mixers: mixers, adapt: adapt
  ) { parameter in
    var stream = RandomStream(seed: seed, purpose: parameter.name)
    let count = parameter.shape.reduce(1, *)
    if let value = replacing(parameter.name) { return [Float](repeating: value, count: count) }
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

/// One small model for every kind of layer plan.
struct SmallPlan: CustomStringConvertible {
  let description: String
  let configuration: ModelConfiguration
  var mixers = MixerKind.standard

  static let plain = SmallPlan("plain") { _ in }
  static let convolved = SmallPlan("convolved") { $0.shortConvolutionWidth = 4 }
  static let biased = SmallPlan("biased") { $0.hasQueryKeyValueBias = true }
  static let normalizing = SmallPlan("normalizing") {
    $0.normalizesHeads = true
    $0.headDimension = 16
  }
  static let sliding = SmallPlan("sliding") {
    $0.layers = ["sliding", "full"]
    $0.layerCount = 3
    $0.slidingWindow = 5
  }
  static let gated = SmallPlan("gated") {
    $0.layers = ["min_gru", "full"]
    $0.layerCount = 3
  }
  /// A Gemma 3 with scaled rotation in layers that do not slide.
  static let gemma = SmallPlan("gemma") {
    $0.layers = ["sliding", "full"]
    $0.layerCount = 3
    $0.slidingWindow = 5
    $0.normalizesHeads = true
    $0.activation = .geluTanh
    $0.hasUnitOffsetNorms = true
    $0.normalizesOutputs = true
    $0.scalesEmbeddings = true
    $0.queryScalar = 24
    $0.slidingRotaryTheta = 500
    $0.rotaryScaling = RotaryScaling(type: "linear", numbers: ["factor": 4])
  }
  /// A plan with a mixer that only the tests have.
  static let recurrent = SmallPlan("recurrent", mixers: MixerKind.standard + [GatedRecurrence.kind])
  {
    $0.layers = ["recurrent", "full"]
    $0.layerCount = 3
  }

  static let all = [plain, convolved, biased, normalizing, sliding, gated, gemma, recurrent]

  /// True if a sequence can be truncated to any earlier length.
  var goesBack: Bool { !["convolved", "gated", "recurrent"].contains(description) }

  func model(seed: UInt64 = 1) throws -> Transformer {
    try smallModel(configuration, mixers: mixers, seed: seed)
  }

  private init(
    _ description: String, mixers: [MixerKind] = MixerKind.standard,
    _ change: (inout ModelConfiguration) -> Void
  ) {
    var configuration = smallConfiguration(convolution: false, tied: true)
    change(&configuration)
    self.description = description
    self.configuration = configuration
    self.mixers = mixers
  }
}
