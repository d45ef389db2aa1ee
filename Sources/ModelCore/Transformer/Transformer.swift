package import TensorCore

/// A decoder-only transformer of the Llama family (Touvron et al. 2023, arXiv 2302.13971 § 2.2):
/// pre-norm blocks, rotary positions, SwiGLU. It also covers the related Qwen2, Qwen3 and Gemma 3,
/// and layer plans of our own, in which every layer names its mixer and may begin with a short
/// convolution.
///
/// The weights are in `parameters`. Training writes to them, and everything that reads the model
/// sees the change at once. The model must not run while its weights are written.
package final class Transformer: Sendable {
  /// The shape in its normalised form.
  package let configuration: ModelConfiguration
  package let vocabularySize: Int
  /// All weights without repeats, in a fixed order.
  package let parameters: [Parameter]
  /// The kinds that `configuration.layers` may name.
  let mixers: [MixerKind]
  let adapt: ParameterBuilder.Adapt?
  /// The model whose weights this one shares and adapts; nil for a whole model.
  package let base: Transformer?
  /// The low-rank adapter over the base; nil for a whole model.
  package let adapter: LoRAShape?
  let parts: Parts

  /// The output table, [vocabulary, hidden]; logits are products with its rows.
  package var lmHead: Tensor { parts.head.weight }

  /// Makes a model with the tensors that are returned for each parameter.
  /// - Parameters:
  ///   - tensors: returns a new tensor in the parameter's shape.
  ///   - adapt: if given, puts other layers in the place of linear ones.
  /// - Precondition: the configuration has no issues.
  package convenience init(
    configuration: ModelConfiguration, vocabularySize: Int,
    tensors: @escaping (ParameterDescription) throws -> Tensor,
    mixers: [MixerKind] = MixerKind.standard, adapt: ParameterBuilder.Adapt? = nil
  ) throws {
    try self.init(
      configuration, vocabularySize: vocabularySize, tensors: tensors, mixers: mixers,
      adapt: adapt, base: nil, adapter: nil)
  }

  /// - Parameters:
  ///   - base: the model whose tensors `tensors` returns, and which is not trained.
  ///   - adapter: the shape of what `adapt` makes over the base.
  init(
    _ given: ModelConfiguration, vocabularySize: Int,
    tensors: @escaping (ParameterDescription) throws -> Tensor, mixers: [MixerKind],
    adapt: ParameterBuilder.Adapt?, base: Transformer?, adapter: LoRAShape?
  ) throws {
    precondition(
      given.issues(mixers: mixers, mostParameters: .infinity).isEmpty,
      "a configuration without issues")
    precondition(vocabularySize > 0, "at least one token")
    let configuration = given.normalized
    var builder = ParameterBuilder(tensors: tensors, adapt: adapt, freezesModel: base != nil)
    parts = try Parts(configuration, vocabularySize: vocabularySize, mixers: mixers, &builder)
    self.configuration = configuration
    self.mixers = mixers
    self.adapt = adapt
    self.base = base
    self.adapter = adapter
    self.vocabularySize = vocabularySize
    parameters = builder.parameters
  }

  /// Makes a model with the values that are returned for each parameter.
  /// - Precondition: the configuration has no issues, and the number of values fits the shape.
  package convenience init(
    configuration: ModelConfiguration, vocabularySize: Int,
    mixers: [MixerKind] = MixerKind.standard, adapt: ParameterBuilder.Adapt? = nil,
    values: @escaping (ParameterDescription) throws -> [Float]
  ) throws {
    try self.init(
      configuration: configuration, vocabularySize: vocabularySize,
      tensors: { Tensor(shape: $0.shape, values: try values($0)) }, mixers: mixers, adapt: adapt)
  }

  /// The parts of a model, with or without values in its weights.
  struct Parts: Sendable {
    let embedding: Embedding
    /// The branches of all blocks, in order.
    let branches: [Block.Branch]
    let finalNorm: Norm
    /// The embedding itself if the two are tied.
    let head: Embedding
    let rotation: ModelRotation

    /// - Parameter shape: a configuration in its normalised form.
    init(
      _ shape: ModelConfiguration, vocabularySize: Int, mixers: [MixerKind],
      _ builder: inout ParameterBuilder
    ) throws {
      let hidden = shape.hiddenSize
      embedding = try Embedding(
        "model.embed_tokens", count: vocabularySize, size: hidden, deviation: 0.02,
        scale: shape.scalesEmbeddings ? Float(hidden).squareRoot() : nil, &builder)
      rotation = ModelRotation(shape)
      var branches: [Block.Branch] = []
      for (layer, name) in shape.layerPlan.enumerated() {
        guard let mixer = mixers.first(where: { $0.name == name }) else {
          preconditionFailure("a mixer for every layer")
        }
        let site = MixerSite(shape, layer: layer, rotation: rotation)
        branches += try Block(site, mixer: mixer, &builder).branches
      }
      self.branches = branches
      finalNorm = try Norm(
        "model.norm", size: hidden, epsilon: shape.normEpsilon,
        hasUnitOffset: shape.hasUnitOffsetNorms, &builder)
      head =
        shape.tiesEmbeddings
        ? embedding
        : try Embedding(
          "lm_head", count: vocabularySize, size: hidden,
          deviation: 1 / Double(hidden).squareRoot(), &builder)
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
    try run(tokens, tape, recompute: recompute) { [parts] index, x, tape in
      try parts.branches[index].mixer.forward(x, in: ForwardPass(tape: tape, layout: layout))
    }
  }
}

extension Transformer {
  /// The number of bytes that the memory of a sequence of `capacity` tokens takes.
  package func memorySize(capacity: Int, precision: CachePrecision = .float32) -> Int {
    parts.branches.reduce(0) {
      $0 + $1.mixer.memorySize(capacity: capacity, precision: precision)
    }
  }

  /// Makes memory of every branch for this number of sequences of at most `capacity` tokens.
  /// - Parameter mostBytes: bounds the pages of keys and values, unless one sequence needs more.
  package func makeMemory(
    slots: Int, capacity: Int, precision: CachePrecision = .float32, mostBytes: Int = .max,
    pageLength: Int = KeyValuePages.standardLength, on backend: any Backend
  ) -> TransformerMemory {
    let pages = KeyValuePages(
      slots: slots, capacity: capacity, precision: precision, pageLength: pageLength,
      mostBytes: mostBytes, on: backend)
    return TransformerMemory(
      model: self,
      mixers: parts.branches.map {
        $0.mixer.remembering(slots: slots, pages: pages, on: backend)
      },
      pages: pages)
  }

  /// Runs `forward` over sequences that are continued later; each is stored in its slot.
  /// - Precondition: this model made the memory, and it has enough pages.
  package func forward(
    _ pass: ForwardPass, tokens: [Int32], memory: TransformerMemory
  ) throws -> Tensor {
    precondition(memory.model === self, "a model's own memory")
    let pass = pass.prepared(in: memory.pages)
    return try run(tokens, pass.tape) { index, x, _ in
      try memory.mixers[index].forward(x, in: pass)
    }
  }

  /// Runs a new token of each row's sequence: [rows, hidden]. Several rows may continue one
  /// sequence, in order of position, so a forced suffix runs in one pass.
  /// - Precondition: this model made the memory, it has enough pages, and every token is in the
  ///   vocabulary.
  package func step(_ step: DecodeStep, tokens: [Int32], memory: TransformerMemory) -> Tensor {
    precondition(memory.model === self, "a model's own memory")
    let backend = step.backend
    let step = step.prepared(in: memory.pages)
    var x = parts.embedding(tokens, backend)
    for (branch, mixer) in zip(parts.branches, memory.mixers) {
      let y = mixer.step(branch.norm(x, backend), in: step)
      x = backend.add(x, branch.output(y, backend))
    }
    return parts.finalNorm(x, backend)
  }

  /// - Parameter mixed: runs the mixer of the branch with this index.
  private func run(
    _ tokens: [Int32], _ tape: Tape, recompute: Recomputation = .none,
    _ mixed: @escaping (Int, Tensor, Tape) throws -> Tensor
  ) throws -> Tensor {
    var x = try tape.scoped("model.embed_tokens") { try parts.embedding(tokens, tape) }
    for (index, branch) in parts.branches.enumerated() {
      let input = x
      let apply = { (tape: Tape) in
        let y = try mixed(index, try branch.norm(input, tape), tape)
        return try tape.add(input, try branch.output(y, tape))
      }
      x = try tape.scoped(branch.name) {
        recompute == .blocks ? try tape.recomputed(apply) : try apply(tape)
      }
    }
    return try tape.scoped("model.norm") { try parts.finalNorm(x, tape) }
  }
}

/// The intermediate results that a backward pass recomputes instead of reading stored ones.
package enum Recomputation: String, Sendable, Hashable, CaseIterable {
  case none
  /// Everything inside the branches of a block, from the residual stream that enters each branch.
  case blocks
}
