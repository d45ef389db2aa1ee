/// Upper estimate of a stage's cost before it starts. An absent figure is unknown or does not apply
/// to the kind.
package struct StageCost: Sendable, Hashable {
  package var prompts: Int?
  /// True if there may be fewer prompts than `prompts`.
  package var hasFewerPrompts = false
  package var completions: Int?
  /// Completions times the most tokens that each may have.
  package var maxGeneratedTokens: Int?
  /// The requests to a server, without those that have to be sent again.
  package var requests: Int?
  /// The most tokens that the prompts of these requests have.
  package var maxPromptTokens: Int?
  /// The most money that they cost, by the prices that the pipeline gives.
  package var maxMoney: Double?
  package var optimizerSteps: Int?
  /// The number of steps, as counted in the stage's progress and checkpoints.
  package var steps: Int?
  /// The parameters of the model that the stage makes.
  package var modelParameters: Int?
  /// The figures of that model, by names that only kinds know, for the stages that take it.
  package var modelFigures: [String: Int]?
  package var artifactBytes: ByteEstimate?
  /// The size of what stays in the store besides the artifact, from which later work can continue.
  package var keptBytes: ByteEstimate?
  /// The size of one checkpoint. While the stage runs, the store keeps the last two.
  package var checkpointBytes: ByteEstimate?
  /// The way training data is drawn, if the user chooses it: `in shuffled passes`.
  package var draws: String?
  /// The amount of work, from which its time is estimated.
  package var work: WorkAmount?
  /// The memory that the stage takes while it runs; nil if that is unknown, or next to nothing.
  package var memory: StageMemory?

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

/// A size that is estimated before the bytes exist.
package enum ByteEstimate: Sendable, Hashable {
  case about(Int)
  case atMost(Int)

  package var bytes: Int {
    switch self {
    case .about(let bytes), .atMost(let bytes): bytes
    }
  }

  /// The sum; it is an upper bound only if both terms are.
  package static func + (left: ByteEstimate, right: ByteEstimate) -> ByteEstimate {
    let bytes = StageCost.sum([left.bytes, right.bytes])
    if case .atMost = left, case .atMost = right { return .atMost(bytes) }
    return .about(bytes)
  }
}

/// An amount of one sort of work. On one machine, time is proportional to the amount within a sort.
package struct WorkAmount: Sendable, Hashable, Codable {
  /// Everything that decides how long one unit takes, such as the kind of work and the model's
  /// size.
  package let sort: String
  package let amount: Int

  package init(sort: String, amount: Int) {
    self.sort = sort
    self.amount = amount
  }
}

extension StageCost {
  /// The cost of the remaining work after `done` of `steps` steps, rounded up. Sizes do not change.
  package func remaining(after done: Int) -> StageCost {
    guard let steps, steps > 0, done > 0 else { return self }
    let left = max(0, steps - done)
    func share(_ figure: Int?) -> Int? {
      figure.map { figure in
        // The result is at most the figure itself, so the quotient fits.
        let (quotient, remainder) = steps.dividingFullWidth(figure.multipliedFullWidth(by: left))
        return quotient + (remainder > 0 ? 1 : 0)
      }
    }
    var cost = self
    cost.prompts = share(prompts)
    cost.completions = share(completions)
    cost.maxGeneratedTokens = share(maxGeneratedTokens)
    cost.requests = share(requests)
    cost.maxPromptTokens = share(maxPromptTokens)
    cost.optimizerSteps = share(optimizerSteps)
    cost.steps = left
    cost.work = work.flatMap { work in
      share(work.amount).map { WorkAmount(sort: work.sort, amount: $0) }
    }
    return cost
  }

  /// The total of these costs. A figure that none of them has stays absent. Of the checkpoint sizes
  /// the largest counts, since checkpoints are deleted when their stage is done.
  package static func total(of costs: [StageCost]) -> StageCost {
    func sum(_ figure: (StageCost) -> Int?) -> Int? {
      let known = costs.compactMap(figure)
      return known.isEmpty ? nil : StageCost.sum(known)
    }
    func size(_ sizes: [ByteEstimate]) -> ByteEstimate? {
      sizes.first.map { sizes.dropFirst().reduce($0, +) }
    }
    var total = StageCost(
      prompts: sum(\.prompts), hasFewerPrompts: costs.contains(where: \.hasFewerPrompts),
      completions: sum(\.completions),
      maxGeneratedTokens: sum(\.maxGeneratedTokens), optimizerSteps: sum(\.optimizerSteps),
      artifactBytes: size(costs.compactMap(\.artifactBytes)),
      keptBytes: size(costs.compactMap(\.keptBytes)),
      checkpointBytes: costs.compactMap(\.checkpointBytes).max { $0.bytes < $1.bytes })
    total.requests = sum(\.requests)
    total.maxPromptTokens = sum(\.maxPromptTokens)
    let money = costs.compactMap(\.maxMoney)
    total.maxMoney = money.isEmpty ? nil : money.reduce(0, +)
    return total
  }

  /// The product, or `Int.max` on overflow.
  package static func product(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (value, overflows) = product.multipliedReportingOverflow(by: factor)
      return overflows ? .max : value
    }
  }

  /// The sum, or `Int.max` on overflow.
  package static func sum(_ terms: some Sequence<Int>) -> Int {
    terms.reduce(0) { sum, term in
      let (value, overflows) = sum.addingReportingOverflow(term)
      return overflows ? .max : value
    }
  }
}

/// The memory that a stage takes while it runs, estimated before it starts, by what takes it.
package struct StageMemory: Sendable, Hashable {
  /// One thing that takes memory.
  package struct Term: Sendable, Hashable {
    /// A noun: `weights`, `keys and values`.
    package let name: String
    /// The bytes that it takes in any case. What depends on data that is not read yet counts here
    /// as little as it can be.
    package let least: Int
    package let most: Int
    /// The fields of the stage that make it smaller.
    package let fields: [String]

    package init(_ name: String, least: Int, most: Int, fields: [String] = []) {
      self.name = name
      self.least = min(least, most)
      self.most = most
      self.fields = fields
    }

    /// A term whose size is known.
    package init(_ name: String, _ bytes: Int, fields: [String] = []) {
      self.init(name, least: bytes, most: bytes, fields: fields)
    }
  }

  package let terms: [Term]

  package init(_ terms: [Term]) { self.terms = terms.filter { $0.most > 0 } }

  /// A stage that takes more than this cannot run.
  package var least: Int { StageCost.sum(terms.map(\.least)) }
  package var most: Int { StageCost.sum(terms.map(\.most)) }

  /// The fields that make it smaller, those of the largest terms first.
  /// - Parameter size: the size of a term.
  package func fields(by size: (Term) -> Int) -> [String] {
    var fields: [String] = []
    for term in terms.sorted(by: { size($0) > size($1) }) where size(term) > 0 {
      for field in term.fields where !fields.contains(field) { fields.append(field) }
    }
    return fields
  }
}
