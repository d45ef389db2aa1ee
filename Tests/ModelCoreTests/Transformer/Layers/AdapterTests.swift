import ModelCore
import TensorCore
import Testing

/// An adapter from outside the package takes the place of linear layers.
@Suite struct AdapterTests {
  private let tokens: [Int32] = [1, 2, 3, 4, 5]

  /// A small model whose attention has adapters.
  /// - Parameter values: the values of every matrix `lora_b`.
  private func adapted(_ plan: SmallPlan, values: Float) throws -> Transformer {
    try smallModel(
      plan.configuration, mixers: plan.mixers,
      adapt: { linear, builder in
        guard linear.name.contains("self_attn") else { return linear }
        return try LowRankAdapter(linear, rank: 2, &builder)
      },
      replacing: { $0.hasSuffix("lora_b.weight") ? values : nil })
  }

  private func hidden(_ model: Transformer) throws -> Tensor {
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    return try model.forward(
      tape, tokens: tokens, layout: SequenceLayout(lengths: [tokens.count]))
  }

  @Test(arguments: [SmallPlan.plain, .convolved, .sliding])
  func `an adapter of zeros changes nothing, another does`(plan: SmallPlan) throws {
    let base = try hidden(try plan.model()).values
    #expect(try hidden(try adapted(plan, values: 0)).values == base)
    #expect(try hidden(try adapted(plan, values: 0.5)).values != base)
    let names = try adapted(plan, values: 0).parameters.map(\.name)
    #expect(names.contains("model.layers.1.self_attn.o_proj.lora_a.weight"))
    #expect(!names.contains { $0.contains("mlp") && $0.contains("lora") })
  }

  @Test func `decoding has the bits of a forward pass`() throws {
    let model = try adapted(.plain, values: 0.5)
    let backend = CPUBackend(numerics: .exact, threads: 1)
    let memory = model.makeMemory(slots: 1, capacity: 16, on: backend)
    let found = model.step(
      DecodeStep(
        backend: backend, slots: tokens.map { _ in 0 },
        positions: Array(tokens.indices)),
      tokens: tokens, memory: memory)
    #expect(bits(found.values) == bits(try hidden(model).values))
    #expect(model.copy().namedTensors == model.namedTensors)
  }

  @Test func `only adapters of a frozen model get gradients`() throws {
    let model = try adapted(.plain, values: 0.5)
    for parameter in model.parameters {
      parameter.tensor.requiresGradient = parameter.name.contains("lora")
    }
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1))
    let hidden = try model.forward(
      tape, tokens: tokens, layout: SequenceLayout(lengths: [tokens.count]))
    try tape.backward(from: hidden, seed: [Float](repeating: 1, count: hidden.count))
    for parameter in model.parameters {
      #expect(
        (parameter.tensor.gradient != nil) == parameter.name.contains("lora"), "\(parameter.name)")
    }
  }
}
