import Fields
package import ModelCore
package import PipelineCore
package import Reasoning
package import TensorCore

/// The memory that a stage takes while it runs, from the shape of its model and its own fields. It
/// is the sum of these terms; P are the model's parameters, all floats have 4 bytes:
///
///     weights          P; those that are only read by the precision of their files
///     packed weights   the linear layers and the output table once more, in the order of products;
///                      under `exact` not of weights that are only read
///     adapter          its parameters twice, the second time in the order of products
///     gradients        P, and the output table once more if it is the embedding table; of an
///                      adapter only its own parameters
///     moments          twice the parameters that are trained
///     reference        weights and packed weights of a frozen copy of the policy; the base of an
///                      adapter is there already
///     activations      tokens of a pass · (what the tape keeps of one + the largest branch)
///     logits           two blocks of rows as long as the vocabulary
///     prompts          4096 tokens · what exists of one while a block runs
///     keys and values  sequences that run together · their longest · what the mixers remember
///     program          everything else
///
/// Each is a function of its own below. A term's `least` is what it takes whatever the data are; it
/// decides if a stage is refused. `most` is an upper bound for sequences of the assumed lengths.
package struct MemoryEstimate {
  package let model: ModelSizes
  let numerics: Numerics
  let format: any ResponseFormat
  private let use: WeightUse
  private let adapterCount: Int
  private(set) var terms: [StageMemory.Term] = []

  /// - Parameters:
  ///   - use: the use of the model's weights; those under an adapter are only read.
  ///   - adapterCount: the number of parameters of an adapter that is trained.
  package init(
    _ model: ModelSizes, numerics: Numerics, format: any ResponseFormat,
    use: WeightUse = .trained, adapterCount: Int = 0
  ) {
    self.use = use
    self.adapterCount = adapterCount
    self.model = model
    self.numerics = numerics
    self.format = format
    terms = [Self.program(model)] + Self.weights(of: model, numerics, use, name: "weights")
    if adapterCount > 0 {
      terms.append(StageMemory.Term("adapter", Self.bytes(adapterCount, adapterCount)))
    }
  }

  package var memory: StageMemory { StageMemory(terms) }

  /// Adds what AdamW needs.
  package mutating func addOptimizer() {
    switch use {
    case .trained:
      terms += [
        Self.gradients(of: model), Self.moments(count: model.parameterCount),
      ]
    case .onlyRead:
      terms += [
        StageMemory.Term("gradients", Self.bytes(adapterCount)),
        Self.moments(count: adapterCount),
      ]
      // Products with the transpose, on the way back, read a packed copy of their own.
      if numerics != .exact {
        terms.append(
          StageMemory.Term(
            "transposed weights", least: 0, most: Self.packedBytes(of: model, numerics)))
      }
    }
  }

  /// Adds a frozen copy of the policy.
  package mutating func addReference() {
    terms += Self.weights(of: model, numerics, .onlyRead, name: "reference")
  }

  /// Adds the passes forward and backward over sequences of at most `longest` tokens.
  /// - Parameters:
  ///   - sequences: the most in a pass.
  ///   - fields: those that make the passes smaller.
  package mutating func addPasses(
    _ train: TrainConfiguration, sequences: Int, longest: Int, fields: [String]
  ) {
    let tokens = MicroBatching.mostTokens(
      sequences: min(sequences, train.microBatchSize), longest: inContext(longest),
      isBatchInvariant: numerics != .blas)
    terms += [
      Self.activations(
        of: model, tokens: tokens, isOnePass: sequences <= tokens / max(1, longest),
        train.recompute,
        fields: ["train.micro_batch_size"] + fields
          + (train.recompute == .none ? ["train.recompute"] : [])),
      Self.logits(of: model, rows: tokens),
    ]
  }

  /// Adds the sampling of at most `longest` tokens after each of this number of prompts.
  /// - Parameter forks: true if responses are continued from inside.
  package mutating func addDecoding(
    sequences: Int, longest: Int, precision: CachePrecision, forks: Bool, fields: [String]
  ) {
    terms += [
      Self.prompts(of: model, sequences: sequences, prompt: assumedPrompt),
      Self.keysAndValues(
        of: model, sequences: sequences, least: longest + 1,
        most: inContext(longest + assumedPrompt), precision: precision,
        forks: forks, isBatchInvariant: numerics != .blas, fields: fields),
    ]
    // A trainer's blocks of logits are larger.
    if !terms.contains(where: { $0.name == Self.logitsName }) {
      terms.append(Self.logits(of: model, rows: min(sequences, LocalPolicy.maxRows)))
    }
  }

  /// The tokens of a prompt that is not read yet, as far as they are assumed: a generated problem
  /// has fewer, as have nearly all problems of GSM8K and easier ones in a chat template.
  var assumedPrompt: Int { format.checkpointText == nil ? 64 : 256 }

  /// The tokens of an example that is not read yet: a response that a stage samples has a limit; a
  /// teacher's work and a worked answer are assumed to be shorter than those of a long chain.
  func assumedExample(from data: UpstreamStage?) -> Int {
    let sampled = data?.config["sampling"]["max_new_tokens"].intValue
    return assumedPrompt + (sampled ?? (format.checkpointText == nil ? 448 : 768))
  }

  private func inContext(_ tokens: Int) -> Int {
    min(tokens, model.contextLength ?? .max)
  }
}

// MARK: - The terms

extension MemoryEstimate {
  private static func bytes(_ floats: Int...) -> Int {
    StageCost.product(4, StageCost.sum(floats))
  }

  /// Code, texts, what the allocator keeps, and tokenizers: about 2 kB for each token.
  static func program(_ model: ModelSizes) -> StageMemory.Term {
    let tokenizers = StageCost.product(2000, model.vocabularySize)
    return StageMemory.Term("program", least: 0, most: StageCost.sum([60_000_000, tokenizers]))
  }

  /// The weights, and the copies that products read. A file that is read is in memory beside the
  /// weights, but nothing else is then.
  static func weights(
    of model: ModelSizes, _ numerics: Numerics, _ use: WeightUse, name: String
  ) -> [StageMemory.Term] {
    let copies = StageMemory.Term("packed \(name)", packedBytes(of: model, numerics))
    guard use == .onlyRead, numerics != .blas else {
      return [StageMemory.Term(name, bytes(model.parameterCount)), copies]
    }
    // Kept weights are in the order of exact products already.
    let kept = StageMemory.Term(name, model.keptByteCount ?? bytes(model.parameterCount))
    return numerics == .exact ? [kept] : [kept, copies]
  }

  /// OpenBLAS packs parts of its operands for each product and keeps none.
  private static func packedBytes(of model: ModelSizes, _ numerics: Numerics) -> Int {
    switch numerics {
    case .exact: bytes(model.packedCount)
    case .blas: 0
    default: StageCost.product(2, model.packedCount)
    }
  }

  package static func gradients(of model: ModelSizes) -> StageMemory.Term {
    StageMemory.Term(
      "gradients", bytes(model.parameterCount, model.tiesEmbeddings ? model.tableCount : 0))
  }

  /// - Parameter count: the number of parameters that are trained.
  static func moments(count: Int) -> StageMemory.Term {
    StageMemory.Term("moments", bytes(count, count))
  }

  /// - Parameters:
  ///   - tokens: those of the largest pass.
  ///   - isOnePass: true if a step has one pass; others have other sizes of blocks, and those of
  ///     the passes before are kept until the step ends (see `StoragePool`).
  static func activations(
    of model: ModelSizes, tokens: Int, isOnePass: Bool, _ recompute: Recomputation,
    fields: [String]
  ) -> StageMemory.Term {
    let kept: Int
    switch recompute {
    case .none: kept = model.keptCount
    // A branch that is recomputed keeps its own activations until it has gone back.
    case .blocks: kept = model.keptInputCount + model.branchCount
    }
    let floats = StageCost.product(tokens, kept + model.branchCount)
    let pooled = StageCost.sum([floats, isOnePass ? rounding(of: floats) : floats])
    return StageMemory.Term("activations", least: 0, most: bytes(pooled), fields: fields)
  }

  /// Sizes of blocks are rounded up by up to an eighth, and some are used for smaller tensors.
  private static func rounding(of floats: Int) -> Int { floats / 4 }

  /// A trainer's block has at least 96 rows; gradients take its place.
  /// - Parameter rows: the most for which logits are wanted at once.
  static func logits(of model: ModelSizes, rows: Int) -> StageMemory.Term {
    let block = StageCost.product(
      min(rows, LogitBlock.rows(vocabulary: model.vocabularySize, least: 96)),
      model.vocabularySize)
    return StageMemory.Term(logitsName, least: 0, most: bytes(block, block))
  }

  private static let logitsName = "logits"

  /// Prompts run before their first tokens are drawn, up to 4096 tokens at once; passes of several
  /// sizes leave blocks of several sizes.
  static func prompts(
    of model: ModelSizes, sequences: Int, prompt: Int
  ) -> StageMemory.Term {
    let tokens = min(
      max(prompt, SessionScheduler.maxBatchedTokens), StageCost.product(sequences, prompt))
    return StageMemory.Term(
      "prompts", least: 0, most: bytes(StageCost.product(tokens, 4 * model.branchCount)))
  }

  /// One slot more than sequences that run together; an eighth more where responses are forked.
  /// - Parameters:
  ///   - sequences: the most that are wanted at once; fewer may be left to draw.
  ///   - least: the fewest tokens for which a sequence has room.
  static func keysAndValues(
    of model: ModelSizes, sequences: Int, least: Int, most: Int, precision: CachePrecision,
    forks: Bool, isBatchInvariant: Bool, fields: [String]
  ) -> StageMemory.Term {
    func size(_ sequences: Int, _ length: Int) -> Int {
      let slot = model.memoryBytes(capacity: length, precision: precision)
      let rows = Decoder.rowCount(
        memorySize: slot, parameterCount: model.parameterCount, most: LocalPolicy.maxRows,
        isBatchInvariant: isBatchInvariant)
      let running = min(rows, sequences)
      return StageCost.product(running + (forks ? max(1, running / 8) : 1), slot)
    }
    return StageMemory.Term(
      "keys and values", least: size(1, least), most: size(sequences, most), fields: fields)
  }
}
