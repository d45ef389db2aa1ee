import Fields
import ModelCore
import PipelineCore
package import Reasoning
import TensorCore

/// Samples responses to problems; a sample gives one record or, under budgets, several.
package struct ResponseDrawing {
  private let task: SamplingTask
  /// The weights of the budgets; nil if every response is held to all of them.
  private let weights: [Double]?
  private let seed: UInt64
  private let purpose: String
  private let sampler: ResponseSampler
  private let cuts: BudgetCutSampler

  /// - Parameter purpose: the purpose of the random numbers.
  /// - Throws: `PolicyLacks` if the policy cannot do what the task requires.
  package init(_ task: SamplingTask, policy: any Policy, seed: UInt64, purpose: String) throws {
    if let missing = task.requires.subtracting(policy.capabilities).min(by: {
      $0.rawValue < $1.rawValue
    }) {
      throw PolicyLacks(missing, policy: policy.identity)
    }
    self.task = task
    self.seed = seed
    self.purpose = purpose
    let (sampling, budgets) = (task.sampling, task.budgets)
    weights =
      task.drawsBudget
      ? try budgets.cuts.prior?.weights(for: budgets.cuts.budgets, given: budgets.cuts.weights)
      : nil
    sampler = ResponseSampler(
      policy: policy, format: sampling.format, settings: sampling.settings,
      numGenerations: sampling.numGenerations, seed: seed, purpose: purpose)
    cuts = BudgetCutSampler(
      policy: policy, format: sampling.format, settings: sampling.settings,
      answerBudget: budgets.answerBudget(for: sampling))
  }

  /// For each problem, the records of each requested sample.
  /// - Throws: `GenerationError`.
  package func draw(
    _ wanted: [(problem: Problem, samples: Range<Int>)]
  ) throws -> [[[ResponseRecord]]] {
    let requests = wanted.flatMap { problem, samples in
      samples.map { ResponseRequest(problem: problem, sample: $0) }
    }
    var drawn = try records(of: requests).makeIterator()
    return wanted.map { _, samples in samples.compactMap { _ in drawn.next() } }
  }

  private func records(of requests: [ResponseRequest]) throws -> [[ResponseRecord]] {
    let (budgets, format) = (task.budgets, task.sampling.format)
    switch budgets.mode {
    case .none:
      return try sampler.sample(requests).map { [ResponseRecord($0, split: "")] }
    case .stated:
      let requests = requests.map { request in
        ResponseRequest(problem: request.problem, sample: request.sample, header: .stated)
      }
      return try sampler.sample(requests).map { [record($0, nil, .stated)] }
    case .prefilled:
      let given = budgets.prefilledBudgets
      var drawn = try sampler.sample(
        requests.flatMap { request in
          given.map {
            ResponseRequest(problem: request.problem, sample: request.sample, header: .given($0))
          }
        }
      ).makeIterator()
      return requests.map { _ in
        given.compactMap { budget in drawn.next().map { record($0, budget, .prefilled) } }
      }
    case .thinkAndAnswer(let budget):
      let episodes = try cuts.sample(
        requests.map {
          try BudgetCutRequest(
            $0, in: format, thinkingBudget: budget, seed: seed, purpose: purpose)
        })
      return episodes.map { $0.summaries.joined().map { record($0, budget, .thinking) } }
    case .cuts:
      let episodes = try cuts.sample(
        requests.map { request in
          try BudgetCutRequest(
            request, in: format, budgets: self.budgets(of: request),
            summaries: budgets.cuts.numSummaries, seed: seed, purpose: purpose)
        })
      return episodes.map { episode in
        zip(episode.budgets, episode.summaries).flatMap { budget, summaries in
          summaries.enumerated().map { record($1, budget, .thinking, summary: $0) }
        }
      }
    }
  }

  private func record(
    _ response: Response, _ budget: Int?, _ use: ResponseRecord.BudgetUse, summary: Int? = nil
  ) -> ResponseRecord {
    var record = ResponseRecord(response, split: "")
    record.budget = budget
    record.budgetUse = use
    record.summary = summary
    return record
  }

  /// All budgets, or the one budget drawn for this response.
  private func budgets(of request: ResponseRequest) -> [Int] {
    guard let weights else { return task.budgets.cuts.budgets }
    var stream = RandomStream(
      seed: seed, purpose: purpose + ".budget", request.problem.digest, UInt64(request.sample))
    return [task.budgets.cuts.budgets[stream.weightedIndex(weights)]]
  }
}
