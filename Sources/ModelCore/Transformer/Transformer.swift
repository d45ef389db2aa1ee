package import TensorCore

/// A decoder-only transformer of the Llama family (Touvron et al. 2023, arXiv 2302.13971 § 2.2):
/// pre-norm blocks, rotary positions, SwiGLU. It also covers the related Qwen2 and Qwen3, and layer
/// plans of our own, in which every layer names its mixer and may begin with a short convolution.
///
/// The weights are in `parameters`. Training writes to them, and everything that reads the model
/// sees the change at once. The model must not run while its weights are written.
package final class Transformer: Sendable {
  /// The shape in its normalised form.
  package let configuration: ModelConfiguration
  package let vocabularySize: Int
  /// All weights without repeats, in a fixed order.
  package let parameters: [Parameter]
  /// The table of shape [vocabulary, hidden]; logits are products with its rows.
  package let lmHead: Tensor
  /// The kinds that `configuration.layers` may name.
  let mixers: [MixerKind]
  private let embeddingTable: Tensor
  private let finalNorm: Tensor
  /// The branches of all blocks, in order.
  private let branches: [Block.Branch]

  /// Makes a model with the values that are returned for each parameter.
  /// - Precondition: the configuration has no issues, and the number of values fits the shape.
  package init(
    configuration given: ModelConfiguration, vocabularySize: Int,
    mixers: [MixerKind] = MixerKind.standard,
    values: @escaping (ParameterDescription) throws -> [Float]
  ) throws {
    precondition(given.issues(mixers: mixers).isEmpty, "a configuration without issues")
    precondition(vocabularySize > 0, "at least one token")
    let configuration = given.normalized
    var builder = ParameterBuilder(values: values)
    let parts = try Parts(
      configuration, vocabularySize: vocabularySize, mixers: mixers, &builder)
    embeddingTable = parts.embeddingTable
    branches = parts.branches
    finalNorm = parts.finalNorm
    lmHead = parts.lmHead
    self.configuration = configuration
    self.mixers = mixers
    self.vocabularySize = vocabularySize
    parameters = builder.parameters
  }

  /// The parts of a model, with or without values in its weights.
  struct Parts {
    let embeddingTable: Tensor
    let branches: [Block.Branch]
    let finalNorm: Tensor
    let lmHead: Tensor

    /// - Parameter shape: a configuration in its normalised form.
    init(
      _ shape: ModelConfiguration, vocabularySize: Int, mixers: [MixerKind],
      _ builder: inout ParameterBuilder
    ) throws {
      let hidden = shape.hiddenSize
      embeddingTable = try builder.add(
        "model.embed_tokens.weight", shape: [vocabularySize, hidden], .normal(0.02))
      var branches: [Block.Branch] = []
      for (layer, name) in shape.layerPlan.enumerated() {
        guard let mixer = mixers.first(where: { $0.name == name }) else {
          preconditionFailure("a mixer for every layer")
        }
        branches += try Block(shape, layer: layer, mixer: mixer, &builder).branches
      }
      self.branches = branches
      finalNorm = try builder.norm("model.norm.weight", size: hidden)
      lmHead =
        shape.tiesEmbeddings
        ? embeddingTable
        : try builder.add(
          "lm_head.weight", shape: [vocabularySize, hidden],
          .normal(1 / Double(hidden).squareRoot()))
    }
  }

  /// Returns the residual stream after the final norm: [tokens, hidden].
  ///
  /// `Tape.logProbabilities` and `lmHead` turn it into log-probabilities.
  /// - Parameter recompute: the intermediate results that a recording tape recomputes in the
  ///   backward pass instead of storing them.
  /// - Throws: `ShapeError` if a token is not in the vocabulary or the layout does not fit.
  package func forward(
    _ tape: Tape, tokens: [Int32], layout: SequenceLayout, recompute: Recomputation = .none
  ) throws -> Tensor {
    try run(tokens, tape, recompute: recompute) { branch, x, tape in
      try branch.mixer.forward(x, in: ForwardPass(tape: tape, layout: layout), memory: nil)
    }
  }
}

extension Transformer {
  /// The number of bytes that one slot of the memory takes.
  package func memorySize(capacity: Int, precision: CachePrecision = .float32) -> Int {
    branches.reduce(0) { $0 + $1.mixer.memorySize(capacity: capacity, precision: precision) }
  }

  /// Makes memory of every branch for this number of sequences of at most `capacity` tokens.
  package func makeMemory(
    slots: Int, capacity: Int, precision: CachePrecision = .float32
  ) -> TransformerMemory {
    TransformerMemory(
      branches: branches.map {
        $0.mixer.makeMemory(slots: slots, capacity: capacity, precision: precision)
      },
      slots: slots, capacity: capacity)
  }

  /// Runs `forward` over sequences that are continued later; each is stored in its slot.
  package func forward(_ pass: ForwardPass, tokens: [Int32], memory: TransformerMemory) throws
    -> Tensor
  {
    var memories = memory.branches.makeIterator()
    return try run(tokens, pass.tape) { branch, x, _ in
      try branch.mixer.forward(x, in: pass, memory: memories.next() ?? nil)
    }
  }

  /// Runs a new token of each row's sequence: [rows, hidden]. Several rows may continue one
  /// sequence, in order of position, so a forced suffix runs in one pass.
  package func step(_ step: DecodeStep, tokens: [Int32], memory: TransformerMemory) throws -> Tensor
  {
    var memories = memory.branches.makeIterator()
    return try run(tokens, step.tape) { branch, x, _ in
      try branch.mixer.step(x, in: step, memory: memories.next() ?? nil)
    }
  }

  private func run(
    _ tokens: [Int32], _ tape: Tape, recompute: Recomputation = .none,
    _ mixed: @escaping (Block.Branch, Tensor, Tape) throws -> Tensor
  ) throws -> Tensor {
    let epsilon = Float(configuration.normEpsilon)
    var x = try tape.scoped("model.embed_tokens") { try tape.embedding(embeddingTable, tokens) }
    for branch in branches {
      let input = x
      let apply = { (tape: Tape) in
        let normed = try tape.rmsNorm(input, branch.norm, epsilon: epsilon)
        return try tape.add(input, try mixed(branch, normed, tape))
      }
      x = try tape.scoped(branch.name) {
        recompute == .blocks ? try tape.recomputed(apply) : try apply(tape)
      }
    }
    return try tape.scoped("model.norm") { try tape.rmsNorm(x, finalNorm, epsilon: epsilon) }
  }
}

/// The intermediate results that a backward pass recomputes instead of reading stored ones.
package enum Recomputation: String, Sendable, Hashable, CaseIterable {
  case none
  /// Everything inside the branches of a block, from the residual stream that enters each branch.
  case blocks
}

/// The model's memory of the sequences that it continues.
package struct TransformerMemory {
  /// The memory of each branch, in the model's order; nil for branches that need none.
  package let branches: [(any MixerMemory)?]
  package let slots: Int
  package let capacity: Int

  package func copy(slot: Int, to other: Int, length: Int) {
    for memory in branches { memory?.copy(slot: slot, to: other, length: length) }
  }

  /// Shortens the content of a slot to its first `length` tokens.
  /// - Returns: false if a mixer cannot go back. The slot must then be restarted, from position 0
  ///   or by copying another slot into it.
  package func truncate(slot: Int, to length: Int) -> Bool {
    branches.allSatisfy { $0?.truncate(slot: slot, to: length) ?? true }
  }
}
