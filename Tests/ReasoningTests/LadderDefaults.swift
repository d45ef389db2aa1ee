import Fields
import ModelCore
import Reasoning
import TensorCore

// Most tests are about something else than the format, so the ladder format is left out in them.

private let ladder = LadderFormat()

extension TrainingState {
  convenience init(model: Transformer, configuration: TrainConfiguration, backend: any Backend) {
    self.init(model: model, format: ladder, configuration: configuration, backend: backend)
  }
}

extension ResponseSampler {
  init(
    model: Transformer, backend: any Backend, settings: SamplingSettings, numGenerations: Int,
    seed: UInt64, purpose: String, maxRows: Int = 256
  ) {
    self.init(
      policy: LocalPolicy(model, backend: backend, maxRows: maxRows), format: ladder,
      settings: settings, numGenerations: numGenerations, seed: seed, purpose: purpose)
  }
}

extension BudgetCutSampler {
  init(
    model: Transformer, backend: any Backend, settings: SamplingSettings, answerBudget: Int,
    maxRows: Int = 256
  ) {
    self.init(
      policy: LocalPolicy(model, backend: backend, maxRows: maxRows), format: ladder,
      settings: settings, answerBudget: answerBudget)
  }
}

extension BudgetCutRequest {
  init(
    _ request: ResponseRequest, thinkingBudget: Int, seed: UInt64, purpose: String
  ) throws(ProblemError) {
    try self.init(
      request, in: ladder, thinkingBudget: thinkingBudget, seed: seed, purpose: purpose)
  }
}

extension RolloutContext {
  init(
    model: Transformer, backend: any Backend, settings: SamplingSettings, numGenerations: Int,
    seed: UInt64, wantsBaseline: Bool = false
  ) {
    self.init(
      model: model, format: ladder, backend: backend, settings: settings,
      numGenerations: numGenerations, seed: seed, wantsBaseline: wantsBaseline)
  }
}

extension RolloutConfiguration {
  func specification(maxNewTokens: Int) throws -> any RolloutSpecification {
    try specification(maxNewTokens: maxNewTokens, in: ladder)
  }

  func issues(maxNewTokens: Int) -> [FieldIssue] { issues(maxNewTokens: maxNewTokens, in: ladder) }
}

extension ExampleSource {
  init(
    pool: ProblemPool, truncatedFraction: Double = 0, curriculum: Curriculum? = nil,
    drills: Drills? = nil
  ) {
    self.init(
      pool: pool, format: ladder, truncatedFraction: truncatedFraction, curriculum: curriculum,
      drills: drills)
  }
}

extension SupervisedExample {
  static func complete(
    _ problem: Problem, _ trace: TeacherTrace
  ) throws(ProblemError) -> SupervisedExample {
    try complete(problem, trace, in: ladder)
  }

  static func truncated(
    _ problem: Problem, _ trace: TeacherTrace, cut: Int
  ) throws(ProblemError) -> SupervisedExample {
    try truncated(problem, trace, cut: cut, in: ladder)
  }

  static func drill(
    using stream: inout RandomStream
  ) throws(ProblemError) -> SupervisedExample {
    try drill(in: ladder, using: &stream)
  }

  static func response(
    _ tokens: [Int32], to problem: Problem, after header: ResponseHeader = .none,
    forced: [Int] = []
  ) throws(ProblemError) -> SupervisedExample {
    try response(tokens, to: problem, in: ladder, after: header, forced: forced)
  }

  static func response(
    _ tokens: [Int32], to problem: Problem, stating budget: Int, forced: [Int] = []
  ) throws(ProblemError) -> SupervisedExample {
    try response(tokens, to: problem, in: ladder, stating: budget, forced: forced)
  }
}
