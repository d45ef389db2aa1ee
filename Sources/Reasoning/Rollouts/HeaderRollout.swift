import ModelCore
import TensorCore

/// Whole responses after a budget header, which the model states or is given: `budget_header`.
///
/// Stated budgets follow Li et al. 2025, SelfBudgeter (arXiv 2505.11274): everything after the
/// beginning of the header is trained. Given budgets follow Aggarwal and Welleck 2025, L1 (arXiv
/// 2503.04697): each prompt of a step gets one for its whole group, which rewards read as
/// `token_budget`.
package struct HeaderRollout: RolloutSpecification {
  package enum Source: Sendable, Hashable {
    case stated
    /// The budget is given, sampled for every prompt of a step.
    case drawn(BudgetPlan)
    /// The budget is given by the problem's own field.
    case ofProblem
  }

  /// The name of the budget in a problem's fields and in the numbers that rewards read.
  package static let field = ProblemNumber.tokenBudget.name

  package let source: Source
  package let headsBudgets = true

  package init(_ source: Source) { self.source = source }

  package func shape(in format: any ResponseFormat) -> ResponseShape {
    .whole(after: source == .stated ? .stated : format.longestHeader)
  }

  package func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
    HeaderEnvironment(
      source: source, context: context, sampler: context.makeSampler(),
      greedy: context.makeGreedySampler())
  }
}

/// The reason why a prompt cannot be given a budget.
package enum HeaderRolloutError: Error, Hashable, CustomStringConvertible {
  case noBudget(prompt: String)
  case unwritable(Double, prompt: String, largest: Int)

  package var description: String {
    switch self {
    case .noBudget(let prompt):
      "the problem '\(prompt)' has no \(HeaderRollout.field); give it one, or list 'budgets' to "
        + "draw from under 'rollout'"
    case .unwritable(let number, let prompt, let largest):
      "the \(HeaderRollout.field) of '\(prompt)' is \(number), and a header takes 1 to "
        + "\(largest)"
    }
  }
}

private struct HeaderEnvironment: RolloutEnvironment {
  let source: HeaderRollout.Source
  let context: RolloutContext
  let sampler: ResponseSampler
  let greedy: ResponseSampler?

  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup] {
    let headers = try problems.map { try header(of: $0, step: step) }
    var drawn = try sampler.sample(
      requests(problems, headers, count: context.numGenerations), step: step
    ).makeIterator()
    let baselines = try greedy?.sample(requests(problems, headers, count: 1), step: step)
    return problems.indices.map { index in
      var fields = problems[index].numbers
      if case .given(let budget) = headers[index] {
        fields[HeaderRollout.field] = Double(budget)
      }
      return EpisodeGroup(
        problem: problems[index],
        episodes: (0..<context.numGenerations).compactMap { _ in
          drawn.next().map(Episode.init(whole:))
        }, fields: fields, baseline: baselines?[index])
    }
  }

  private func header(of problem: Problem, step: Int) throws -> ResponseHeader {
    switch source {
    case .stated:
      return .stated
    case .drawn(let plan):
      var stream = RandomStream(
        seed: context.seed, purpose: "rl.budget", UInt64(step), problem.digest)
      return .given(plan.budgets[stream.weightedIndex(plan.weights)])
    case .ofProblem:
      guard let number = problem.numbers[HeaderRollout.field] else {
        throw HeaderRolloutError.noBudget(prompt: problem.prompt)
      }
      let largest = context.format.largestBudget
      guard number >= 1, number <= Double(largest) else {
        throw HeaderRolloutError.unwritable(number, prompt: problem.prompt, largest: largest)
      }
      return .given(Int(number))
    }
  }

  private func requests(
    _ problems: [Problem], _ headers: [ResponseHeader], count: Int
  ) -> [ResponseRequest] {
    zip(problems, headers).flatMap { problem, header in
      (0..<count).map { ResponseRequest(problem: problem, sample: $0, header: header) }
    }
  }
}
