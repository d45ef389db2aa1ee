package import Fields
package import ModelCore
package import PipelineCore
package import Reasoning

/// A kind that computes with tensors. `laconic bench` measures its work without running a stage, on
/// a model of the same shape with random weights.
package protocol ComputingStageKind: ConfiguredStageKind {
  /// Returns the work of a stage with these fields. There is no default, so that each kind
  /// describes its work, or returns nothing and says why none can be measured before a run.
  /// - Throws: `StageFailure` if a split is empty.
  func benchmarkWork(
    of configuration: Configuration, inputs: BenchmarkInputs
  ) throws -> [Workload.Work]
  /// The shape of the model that a stage without the input `policy` makes.
  func newModel(of configuration: Configuration) -> ModelConfiguration
}

extension ComputingStageKind {
  package var usesNumerics: Bool { true }
  package func newModel(of configuration: Configuration) -> ModelConfiguration {
    ModelConfiguration()
  }

  package func benchmarkWork(
    of config: FieldValue, inputs: BenchmarkInputs
  ) throws -> [Workload.Work] {
    try benchmarkWork(of: Configuration(decoding: config), inputs: inputs)
  }

  package func format(of config: FieldValue) -> any ResponseFormat {
    format(of: Configuration(decoding: config))
  }

  package func newModel(of config: FieldValue) -> ModelConfiguration {
    newModel(of: Configuration(decoding: config))
  }
}

/// A kind that trains a model step by step.
package protocol TrainingStageKind: ComputingStageKind, TrainingKind {}

extension TrainingStageKind {
  package var output: ArtifactType { .model }
  package var usesSeed: Bool { true }
  package var logFile: String? { TrainingLog.file }
  package var logColumns: [String]? { ["*"] }
}

/// A kind whose problems are known before it runs.
package protocol ProblemsStageKind: ConfiguredStageKind {
  /// Returns the problems of a split; nil if there is none of this name.
  /// - Parameter inputs: the inputs from outside, by label.
  func problems(
    ofSplit split: String, in configuration: Configuration,
    inputs: [(label: String, input: ExternalInput)]
  ) throws -> [Problem]?
}

extension ProblemsStageKind {
  package func problems(
    ofSplit split: String, in config: FieldValue,
    inputs: [(label: String, input: ExternalInput)]
  ) throws -> [Problem]? {
    try problems(ofSplit: split, in: Configuration(decoding: config), inputs: inputs)
  }
}
