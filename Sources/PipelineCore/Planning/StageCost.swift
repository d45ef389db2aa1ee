/// What a stage would cost at worst, before it starts. Absent figures do not apply to the kind, or
/// are not known.
package struct StageCost: Sendable, Hashable {
  package var prompts: Int?
  /// Whether there may turn out to be fewer prompts than that.
  package var hasFewerPrompts = false
  package var completions: Int?
  /// Completions times the most tokens each may have.
  package var maxGeneratedTokens: Int?
  package var optimizerSteps: Int?
  /// Steps as the stage counts them in its progress and its checkpoints.
  package var steps: Int?
  /// Of the model that comes out.
  package var modelParameters: Int?
  package var artifactBytes: ByteEstimate?
  /// What stays in the store beside the artifact, so that later work can go on from it.
  package var keptBytes: ByteEstimate?
  /// Of one checkpoint. The store keeps the last two while the stage is at work.
  package var checkpointBytes: ByteEstimate?
  /// How what it trains on is drawn, where its user decides that: `in shuffled passes`.
  package var draws: String?
  /// What its time depends on.
  package var work: WorkAmount?

  package init(
    prompts: Int? = nil, hasFewerPrompts: Bool = false, completions: Int? = nil,
    maxGeneratedTokens: Int? = nil,
    optimizerSteps: Int? = nil, steps: Int? = nil, modelParameters: Int? = nil,
    artifactBytes: ByteEstimate? = nil, keptBytes: ByteEstimate? = nil,
    checkpointBytes: ByteEstimate? = nil, work: WorkAmount? = nil
  ) {
    self.prompts = prompts
    self.hasFewerPrompts = hasFewerPrompts
    self.completions = completions
    self.maxGeneratedTokens = maxGeneratedTokens
    self.optimizerSteps = optimizerSteps
    self.steps = steps
    self.modelParameters = modelParameters
    self.artifactBytes = artifactBytes
    self.keptBytes = keptBytes
    self.checkpointBytes = checkpointBytes
    self.work = work
  }
}

/// A size known before the bytes are.
package enum ByteEstimate: Sendable, Hashable {
  case about(Int)
  case atMost(Int)

  package var bytes: Int {
    switch self {
    case .about(let bytes), .atMost(let bytes): bytes
    }
  }

  /// A bound stays one only beside bounds.
  package static func + (left: ByteEstimate, right: ByteEstimate) -> ByteEstimate {
    let bytes = StageCost.sum([left.bytes, right.bytes])
    if case .atMost = left, case .atMost = right { return .atMost(bytes) }
    return .about(bytes)
  }
}

/// An amount of work of some sort. Amounts of one sort take time in proportion, on one machine.
package struct WorkAmount: Sendable, Hashable, Codable {
  /// Everything that decides how long one unit takes: the kind of work, the size of the model.
  package let sort: String
  package let amount: Int

  package init(sort: String, amount: Int) {
    self.sort = sort
    self.amount = amount
  }
}

extension StageCost {
  /// What is left after some of `steps`, rounded up. Sizes stay what they are.
  package func remaining(after done: Int) -> StageCost {
    guard let steps, steps > 0, done > 0 else { return self }
    let left = max(0, steps - done)
    func share(_ figure: Int?) -> Int? {
      figure.map { figure in
        // No more than the figure itself, so the quotient fits.
        let (quotient, remainder) = steps.dividingFullWidth(figure.multipliedFullWidth(by: left))
        return quotient + (remainder > 0 ? 1 : 0)
      }
    }
    var cost = self
    cost.prompts = share(prompts)
    cost.completions = share(completions)
    cost.maxGeneratedTokens = share(maxGeneratedTokens)
    cost.optimizerSteps = share(optimizerSteps)
    cost.steps = left
    cost.work = work.flatMap { work in
      share(work.amount).map { WorkAmount(sort: work.sort, amount: $0) }
    }
    return cost
  }

  /// All of these together. A figure that none of them has stays absent; of checkpoints the largest
  /// counts, since they go when their stage is done.
  package static func total(of costs: [StageCost]) -> StageCost {
    func sum(_ figure: (StageCost) -> Int?) -> Int? {
      let known = costs.compactMap(figure)
      return known.isEmpty ? nil : StageCost.sum(known)
    }
    func size(_ sizes: [ByteEstimate]) -> ByteEstimate? {
      sizes.first.map { sizes.dropFirst().reduce($0, +) }
    }
    return StageCost(
      prompts: sum(\.prompts), hasFewerPrompts: costs.contains(where: \.hasFewerPrompts),
      completions: sum(\.completions),
      maxGeneratedTokens: sum(\.maxGeneratedTokens), optimizerSteps: sum(\.optimizerSteps),
      artifactBytes: size(costs.compactMap(\.artifactBytes)),
      keptBytes: size(costs.compactMap(\.keptBytes)),
      checkpointBytes: costs.compactMap(\.checkpointBytes).max { $0.bytes < $1.bytes })
  }

  /// The product, or the largest number there is when it would be larger.
  package static func product(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (value, overflows) = product.multipliedReportingOverflow(by: factor)
      return overflows ? .max : value
    }
  }

  /// The sum, or the largest number there is when it would be larger.
  package static func sum(_ terms: some Sequence<Int>) -> Int {
    terms.reduce(0) { sum, term in
      let (value, overflows) = sum.addingReportingOverflow(term)
      return overflows ? .max : value
    }
  }
}
