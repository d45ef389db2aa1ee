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

  /// Hands over the record of each request, as soon as the policy has it, in any order. Responses
  /// are drawn in one go, with a given budget or none.
  /// - Parameter each: takes the index of the request and its record.
  package func draw(
    _ requests: [ResponseRequest], each: (Int, ResponseRecord) throws -> Void
  ) throws {
    try sampler.sample(requests) { index, response in
      let budget = requests[index].header.givenBudget
      try each(index, whole(response, budget: budget, budget == nil ? nil : .prefilled))
    }
  }

  private func records(of requests: [ResponseRequest]) throws -> [[ResponseRecord]] {
    let (budgets, format) = (task.budgets, task.sampling.format)
    switch budgets.mode {
    case .none:
      return try sampler.sample(requests).map { [whole($0)] }
    case .stated:
      let requests = requests.map { request in
        ResponseRequest(problem: request.problem, sample: request.sample, header: .stated)
      }
      return try sampler.sample(requests).map { [whole($0, budget: nil, .stated)] }
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
        given.compactMap { budget in drawn.next().map { whole($0, budget: budget, .prefilled) } }
      }
    case .thinkAndAnswer(let budget):
      let episodes = try cuts.sample(
        requests.map {
          try BudgetCutRequest(
            $0, in: format, thinkingBudget: budget, seed: seed, purpose: purpose)
        })
      return episodes.map { episode in
        zip(episode.summaries, episode.isCut).flatMap { summaries, isCut in
          summaries.map { cut($0, at: budget, isCut: isCut) }
        }
      }
    case .cuts:
      let episodes = try cuts.sample(
        requests.map { request in
          try BudgetCutRequest(
            request, in: format, budgets: self.budgets(of: request),
            summaries: budgets.cuts.numSummaries, seed: seed, purpose: purpose)
        })
      return episodes.map { episode in
        zip(zip(episode.budgets, episode.isCut), episode.summaries).flatMap { place, summaries in
          summaries.enumerated().map { cut($1, at: place.0, isCut: place.1, summary: $0) }
        }
      }
    }
  }

  /// Records a response that was drawn in one go.
  private func whole(
    _ response: Response, budget: Int? = nil, _ use: ResponseRecord.BudgetUse? = nil
  ) -> ResponseRecord {
    let caps = response.caps(
      limit: .maxNewTokens, mostTokens: task.sampling.maxNewTokens)
    return record(response, caps, budget, use)
  }

  /// Records an answer to a thought that had a budget.
  private func cut(
    _ response: Response, at budget: Int, isCut: Bool, summary: Int? = nil
  ) -> ResponseRecord {
    let caps = response.caps(cutThinking: isCut, limit: .answerBudget, mostTokens: nil)
    var record = record(response, caps, budget, .thinking)
    record.summary = summary
    return record
  }

  private func record(
    _ response: Response, _ caps: [LengthCap], _ budget: Int?, _ use: ResponseRecord.BudgetUse?
  ) -> ResponseRecord {
    var record = ResponseRecord(
      response, cutBy: caps, thoughtCount: task.sampling.format.thoughtCount(of: response))
    record.budget = budget
    record.budgetUse = use
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
