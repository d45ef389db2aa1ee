package import ModelCore
import TensorCore

/// A model and a batch for each kind of work. The shapes `tiny`, `small` and `mid` are the ones
/// `bench/compare.py` gives to other programs.
package struct BenchmarkShape: Sendable {
  package let name: String
  package let model: ModelConfiguration
  package let vocabularySize: Int
  package let training: (sequences: Int, length: Int)
  package let sampling: (sequences: Int, newTokens: Int)
  package let reinforcement: (prompts: Int, generations: Int, newTokens: Int)

  /// The format of the problems; a vocabulary is at least as large as its tokenizer's.
  private static let format = ResponseFormats.standard

  /// Length of a prompt in tokens, for sampling and for reinforcement learning.
  package static let promptLength = 32

  package static let all = [
    BenchmarkShape(
      "tiny", model(hidden: 128, layers: 4, heads: 4, intermediate: 384), vocabulary: 64,
      training: (64, 192), sampling: (256, 160), reinforcement: (32, 8, 128)),
    BenchmarkShape(
      "small", model(hidden: 256, layers: 6, heads: 8, intermediate: 768), vocabulary: 512,
      training: (32, 256), sampling: (64, 224), reinforcement: (16, 8, 128)),
    BenchmarkShape(
      "mid", model(hidden: 512, layers: 8, heads: 8, intermediate: 1408), vocabulary: 8192,
      training: (8, 512), sampling: (16, 128), reinforcement: (4, 4, 128)),
    BenchmarkShape(
      "quickstart",
      model(hidden: 128, layers: 2, heads: 4, intermediate: 344, shortConvolution: 4),
      vocabulary: format.tokenizer.vocabularySize,
      training: (16, 70), sampling: (192, 128), reinforcement: (24, 8, 128)),
  ]

  private static func model(
    hidden: Int, layers: Int, heads: Int, intermediate: Int, shortConvolution: Int? = nil
  ) -> ModelConfiguration {
    var configuration = ModelConfiguration()
    configuration.hiddenSize = hidden
    configuration.layerCount = layers
    configuration.headCount = heads
    configuration.intermediateSize = intermediate
    configuration.shortConvolutionWidth = shortConvolution
    return configuration
  }

  /// - Precondition: the vocabulary is at least that of the problems.
  package init(
    _ name: String, _ model: ModelConfiguration, vocabulary: Int,
    training: (sequences: Int, length: Int), sampling: (sequences: Int, newTokens: Int),
    reinforcement: (prompts: Int, generations: Int, newTokens: Int)
  ) {
    precondition(
      vocabulary >= Self.format.tokenizer.vocabularySize, "problems need their vocabulary")
    self.name = name
    self.model = model
    vocabularySize = vocabulary
    self.training = training
    self.sampling = sampling
    self.reinforcement = reinforcement
  }

  /// The workloads to measure, in the order of `BenchmarkKind`.
  package var workloads: [Workload] {
    [trainingWork, samplingWork, reinforcementWork].map {
      Workload(
        name: name, model: model, vocabularySize: vocabularySize, format: Self.format, work: $0)
    }
  }

  private var trainingWork: Workload.Work {
    .training(
      sequences: training.sequences, length: training.length, vocabularySize: vocabularySize)
  }

  private var samplingWork: Workload.Work {
    .sampling(
      sequences: sampling.sequences, newTokens: sampling.newTokens, vocabularySize: vocabularySize)
  }

  /// GRPO as in Shao et al. 2024 (arXiv 2402.03300): one update per rollout, no KL penalty.
  private var reinforcementWork: Workload.Work {
    var train = TrainConfiguration()
    train.learningRate = 1e-4
    train.maxSteps = 1_000_000
    train.promptsPerStep = reinforcement.prompts
    var settings = SamplingSettings()
    settings.maxNewTokens = reinforcement.newTokens
    var algorithm = AlgorithmConfiguration()
    algorithm.estimator = GRPO()
    algorithm.scaleRewards = .group
    return .reinforcement(
      train,
      PolicyTrainingConfiguration(
        sampling: settings, numGenerations: reinforcement.generations,
        reward: RewardConfiguration(), algorithm: algorithm),
      problems: Self.problems(count: 4 * reinforcement.prompts))
  }

  /// Chain problems of five edges; a prompt has 31 characters and one token that ends it.
  private static func problems(count: Int) -> [Problem] {
    var stream = RandomStream(seed: 0, purpose: "bench.problems")
    var problems: [Problem] = []
    while problems.count < count {
      let problem = ChainFamily().problem(difficulty: 4, using: &stream)
      if problem.prompt.utf8.count == promptLength - 1 { problems.append(problem) }
    }
    return problems
  }
}
