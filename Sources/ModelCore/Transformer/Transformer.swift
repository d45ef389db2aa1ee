package import TensorCore

/// A decoder-only transformer of the Llama family (Touvron et al. 2023, arXiv 2302.13971 § 2.2):
/// pre-norm blocks, rotary positions, SwiGLU; its relatives Qwen2 and Qwen3; and plans of our own,
/// in which every layer names its mixer and may open with a short convolution.
///
/// The weights live in `parameters`; training writes to them, and everything that reads the model
/// sees the change at once. Nothing may run it while they are written.
package final class Transformer: Sendable {
  /// In its normalised form.
  package let configuration: ModelConfiguration
  package let vocabularySize: Int
  /// Every weight once, in a fixed order.
  package let parameters: [Parameter]
  /// [vocabulary, hidden]: logits are products with its rows.
  package let outputTable: Tensor
  /// The kinds that `configuration.layers` may name.
  let mixers: [MixerKind]
  private let embeddingTable: Tensor
  private let finalNorm: Tensor
  /// Of all blocks, in order.
  private let branches: [Block.Branch]

  /// A model whose weights have the values returned for each description.
  /// - Precondition: the configuration has no issues, and values are as many as the shape holds.
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
    outputTable = parts.outputTable
    self.configuration = configuration
    self.mixers = mixers
    self.vocabularySize = vocabularySize
    parameters = builder.parameters
  }

  /// What a model is made of, whether or not its weights have values.
  struct Parts {
    let embeddingTable: Tensor
    let branches: [Block.Branch]
    let finalNorm: Tensor
    let outputTable: Tensor

    /// - Parameter shape: in its normalised form.
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
      outputTable =
        shape.tiesEmbeddings
        ? embeddingTable
        : try builder.add(
          "lm_head.weight", shape: [vocabularySize, hidden],
          .normal(1 / Double(hidden).squareRoot()))
    }
  }

  /// The residual stream after the final norm: [tokens, hidden].
  ///
  /// Log-probabilities follow with `Tape.logProbabilities` and `outputTable`.
  /// - Parameter recompute: what a recording tape makes again on its way back instead of keeping it.
  /// - Throws: `ShapeError` when a token is not in the vocabulary or the layout does not fit.
  package func forward(
    _ tape: Tape, tokens: [Int32], layout: SequenceLayout, recompute: Recomputation = .none
  ) throws -> Tensor {
    try run(tokens, tape, recompute: recompute) { branch, x, tape in
      try branch.mixer.forward(x, in: ForwardPass(tape: tape, layout: layout), memory: nil)
    }
  }
}

extension Transformer {
  /// Bytes that one slot of such memory takes.
  package func memorySize(capacity: Int, precision: CachePrecision = .float32) -> Int {
    branches.reduce(0) { $0 + $1.mixer.memorySize(capacity: capacity, precision: precision) }
  }

  /// Memory of every branch, for so many sequences of at most `capacity` tokens.
  package func makeMemory(
    slots: Int, capacity: Int, precision: CachePrecision = .float32
  ) -> TransformerMemory {
    TransformerMemory(
      branches: branches.map {
        $0.mixer.makeMemory(slots: slots, capacity: capacity, precision: precision)
      },
      slots: slots, capacity: capacity)
  }

  /// `forward` over sequences that are continued afterwards; each is remembered in its slot.
  package func forward(_ pass: ForwardPass, tokens: [Int32], memory: TransformerMemory) throws
    -> Tensor
  {
    var memories = memory.branches.makeIterator()
    return try run(tokens, pass.tape) { branch, x, _ in
      try branch.mixer.forward(x, in: pass, memory: memories.next() ?? nil)
    }
  }

  /// A new token of each row's sequence: [rows, hidden]. Several rows may continue one sequence, in
  /// order of position: a forced suffix runs in one pass.
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

/// What a backward pass computes again instead of having kept it.
package enum Recomputation: String, Sendable, Hashable, CaseIterable {
  case none
  /// The inside of every branch of a block, from the residual stream that enters it.
  case blocks
}

/// What a model remembers of the sequences it continues.
package struct TransformerMemory {
  /// In the order of the model's branches; nil for those that need none.
  package let branches: [(any MixerMemory)?]
  package let slots: Int
  package let capacity: Int

  package func copy(slot: Int, to other: Int, length: Int) {
    for memory in branches { memory?.copy(slot: slot, to: other, length: length) }
  }

  /// Makes a slot hold only the first `length` of its tokens, fewer than it has.
  /// - Returns: false when a mixer cannot go back. The slot must then be begun anew, from position 0
  ///   or by copying another into it.
  package func truncate(slot: Int, to length: Int) -> Bool {
    branches.allSatisfy { $0?.truncate(slot: slot, to: length) ?? true }
  }
}
