import Fields
import ModelCore
import TensorCore
import Testing

/// An external mixer uses only the protocol `Mixer`; `MemoryTests` and `TransformerTests` run it
/// too.
@Suite struct MixerSeamTests {
  private let plan = SmallPlan.recurrent

  @Test func `a mixer of one's own is named in the plan and brings its parameters`() throws {
    let model = try plan.model()
    #expect(model.configuration.layerPlan == ["recurrent", "full", "recurrent"])
    let names = model.parameters.map(\.name)
    #expect(names.contains("model.layers.0.recurrence.gate"))
    #expect(names.contains("model.layers.2.recurrence.o_proj.weight"))
    #expect(names.contains("model.layers.1.self_attn.q_proj.weight"))
    #expect(!names.contains("model.layers.0.self_attn.q_proj.weight"))
    #expect(plan.configuration.issues().map(\.path) == [["layers", "0"]], "unknown elsewhere")
    #expect(plan.configuration.issues(mixers: plan.mixers) == [])
    // Heads belong to the shape: they are checked whichever mixers there are.
    var odd = plan.configuration
    odd.headCount = 5
    #expect(
      odd.issues(mixers: [GatedRecurrence.kind]).contains { $0.path == ["num_attention_heads"] })
    #expect(model.copy().namedTensors == model.namedTensors)
  }

  @Test func `memory has the size that mixers say`() throws {
    let model = try plan.model()
    // Two states of 32 channels; keys and values of 2 heads of 8 for 64 tokens; 4 bytes each.
    #expect(model.memorySize(capacity: 64) == 4 * (2 * 32 + 2 * 16 * 64))
    // The inputs of the three previous tokens, for two layers, beside keys and values of two
    // layers.
    let small = try smallModel()
    #expect(small.memorySize(capacity: 64) == 4 * (2 * 3 * 32 + 2 * 2 * 16 * 64))
  }

  /// The derivative along a random direction of each tensor. In single precision, a difference of
  /// losses has about three correct digits.
  @Test(arguments: [SmallPlan.recurrent, .gated])
  func `gradients through a recurrence match finite differences`(plan: SmallPlan) throws {
    let model = try plan.model()
    let prompts = samplePrompts(4).map { $0 + [3, 4, 5] }
    let tokens = Array(prompts.joined())
    let layout = SequenceLayout(lengths: prompts.map(\.count))
    let seed = tokens.indices.map { Float($0 % 5) / 16 - 0.1 }

    func logProbabilities(_ tape: Tape) throws -> Tensor {
      try tape.logProbabilities(
        try model.forward(tape, tokens: tokens, layout: layout), table: model.lmHead,
        rows: tokens.indices.map { Int32($0) }, targets: tokens.map { ($0 + 1) % 23 })
    }
    func loss() throws -> Double {
      let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
      return zip(try logProbabilities(tape).values, seed).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
    }

    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1))
    try tape.backward(from: try logProbabilities(tape), seed: seed)
    for parameter in model.parameters {
      let start = parameter.tensor.values
      var stream = RandomStream(seed: 11, purpose: parameter.name)
      let direction = start.map { _ in stream.normal() }
      let gradient = parameter.tensor.gradientValues
      let expected = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * $1.1 }
      let width = 2e-3
      func moved(_ step: Double) throws -> Double {
        parameter.tensor.fill(from: zip(start, direction).map { Float(Double($0) + step * $1) })
        return try loss()
      }
      // A fourth-order formula, so that the step can be wide enough for single precision.
      let near = try moved(width) - moved(-width)
      let far = try moved(2 * width) - moved(-2 * width)
      let found = (8 * near - far) / (12 * width)
      parameter.tensor.fill(from: start)
      let bound = 2e-3 + 5e-3 * abs(expected)
      #expect(abs(found - expected) < bound, "\(parameter.name): \(found), \(expected)")
    }
  }
}
