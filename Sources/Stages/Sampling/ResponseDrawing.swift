import Fields
import ModelCore
import PipelineCore
import Reasoning
import TensorCore

/// Samples responses to problems; a sample gives one record or, under budgets, several.
struct ResponseDrawing {
  private let sampling: SamplingConfiguration
  private let budgets: BudgetConfiguration
  /// The weights of `budgets.budgets`; nil if every response is held to all budgets.
  private let weights: [Double]?
  private let seed: UInt64
  private let purpose: String
  private let sampler: RolloutSampler
  private let cuts: BudgetCutSampler

  /// - Parameter drawsBudget: true if each response has one budget, drawn from the prior.
  init(
    _ sampling: SamplingConfiguration, _ budgets: BudgetConfiguration, drawsBudget: Bool,
    model: Transformer, backend: any Backend, seed: UInt64, purpose: String
  ) throws {
    self.sampling = sampling
    self.budgets = budgets
    self.seed = seed
    self.purpose = purpose
    weights =
      drawsBudget
      ? try budgets.budgetPrior?.prior(budgets.budgetWeights).weights(for: budgets.budgets) : nil
    sampler = RolloutSampler(
      model: model, backend: backend, settings: sampling.settings,
      numGenerations: sampling.numGenerations, seed: seed, purpose: purpose,
      cachePrecision: sampling.kvCache.precision)
    cuts = BudgetCutSampler(
      model: model, backend: backend, settings: sampling.settings,
      answerBudget: max(1, budgets.answerBudget(for: sampling)),
      cachePrecision: sampling.kvCache.precision)
  }

  /// For each problem, the records of each requested sample.
  func draw(
    _ wanted: [(problem: Problem, samples: Range<Int>)]
  ) throws -> [[[ResponseRecord]]] {
    let requests = wanted.flatMap { problem, samples in
      samples.map { RolloutRequest(problem: problem, sample: $0) }
    }
    var drawn = try records(of: requests).makeIterator()
    return wanted.map { _, samples in samples.compactMap { _ in drawn.next() } }
  }

  private func records(of requests: [RolloutRequest]) throws -> [[ResponseRecord]] {
    switch budgets.mode {
    case .none:
      return try sampler.sample(requests).map { [ResponseRecord($0, split: "")] }
    case .stated:
      let requests = requests.map { request in
        RolloutRequest(problem: request.problem, sample: request.sample, header: .stated)
      }
      return try sampler.sample(requests).map { [record($0, nil, .stated)] }
    case .prefilled:
      let given = budgets.prefilledBudgets
      var drawn = try sampler.sample(
        requests.flatMap { request in
          given.map {
            RolloutRequest(problem: request.problem, sample: request.sample, header: .given($0))
          }
        }
      ).makeIterator()
      return requests.map { _ in
        given.compactMap { budget in drawn.next().map { record($0, budget, .prefilled) } }
      }
    case .thinkAndAnswer(let budget):
      let rollouts = try cuts.sample(
        requests.map {
          try BudgetCutRequest($0, thinkingBudget: budget, seed: seed, purpose: purpose)
        })
      return rollouts.map { $0.summaries.joined().map { record($0, budget, .thinking) } }
    case .cuts:
      let rollouts = try cuts.sample(
        requests.map { request in
          try BudgetCutRequest(
            request, budgets: budgets(of: request), summaries: budgets.numSummaries, seed: seed,
            purpose: purpose)
        })
      return rollouts.map { rollout in
        zip(rollout.budgets, rollout.summaries).flatMap { budget, summaries in
          summaries.enumerated().map { record($1, budget, .thinking, summary: $0) }
        }
      }
    }
  }

  private func record(
    _ rollout: Rollout, _ budget: Int?, _ use: ResponseRecord.BudgetUse, summary: Int? = nil
  ) -> ResponseRecord {
    var record = ResponseRecord(rollout, split: "")
    record.budget = budget
    record.budgetUse = use
    record.summary = summary
    return record
  }

  /// All budgets, or the one budget drawn for this response.
  private func budgets(of request: RolloutRequest) -> [Int] {
    guard let weights else { return budgets.budgets }
    var stream = RandomStream(
      seed: seed, purpose: purpose + ".budget", request.problem.digest, UInt64(request.sample))
    return [budgets.budgets[stream.weightedIndex(weights)]]
  }
}
