import ModelCore
import TensorCore
import Testing

@Suite struct ModelSizesTests {
  private static let vocabularySize = 512

  /// A Llama, a Gemma with norms of heads, and a plan of other mixers. Sizes are powers of two, so
  /// that blocks of memory are as large as their tensors.
  private static let shapes: [(name: String, shape: ModelConfiguration)] = {
    var llama = ModelConfiguration()
    (llama.hiddenSize, llama.layerCount, llama.intermediateSize) = (64, 3, 256)
    (llama.headCount, llama.keyValueHeadCount) = (4, 2)
    var gemma = llama
    gemma.normalizesHeads = true
    gemma.hasUnitOffsetNorms = true
    gemma.normalizesOutputs = true
    gemma.tiesEmbeddings = false
    var mixed = llama
    mixed.layers = ["full", "min_gru"]
    mixed.shortConvolutionWidth = 4
    return [("llama", llama), ("gemma", gemma), ("mixed", mixed)]
  }()

  @Test(arguments: shapes.indices)
  func `count what a model has`(_ index: Int) throws {
    let shape = Self.shapes[index].shape
    let model = Transformer(
      configuration: shape, vocabularySize: Self.vocabularySize, seed: 1)
    let sizes = ModelSizes(shape, vocabularySize: Self.vocabularySize)
    #expect(sizes.parameterCount == model.parameters.reduce(0) { $0 + $1.tensor.count })
    #expect(sizes.tableCount == model.lmHead.count)
    for precision in [CachePrecision.float32, .bfloat16] where index < 2 {
      #expect(
        sizes.memoryBytes(capacity: 130, precision: precision)
          == model.memorySize(capacity: 192, precision: precision))
    }
    #expect(
      sizes.memoryBytes(capacity: 64, precision: .float32) == model.memorySize(capacity: 64))
    #expect(ModelSizes(figures: sizes.figures) == sizes)
    #expect(ModelSizes(figures: [:]) == nil)
  }

  @Test(arguments: shapes.indices, Recomputation.allCases)
  func `count what a tape keeps of a token`(_ index: Int, _ recompute: Recomputation) throws {
    let (name, shape) = Self.shapes[index]
    let model = Transformer(
      configuration: shape, vocabularySize: Self.vocabularySize, seed: 1)
    let sizes = ModelSizes(shape, vocabularySize: Self.vocabularySize)
    let backend = CPUBackend(threads: 1)
    let tape = Tape(backend: backend)
    let count = 256
    let before = backend.memory.usage.floats
    let hidden = try model.forward(
      tape, tokens: (0..<count).map { Int32($0) }, layout: SequenceLayout(lengths: [count]),
      recompute: recompute)
    let kept = Double(backend.memory.usage.floats - before)
    let told = Double(count * (recompute == .none ? sizes.keptCount : sizes.keptInputCount))
    #expect(kept <= 1.1 * told, "\(name): \(kept) floats, not \(told)")
    // A recurrence keeps arrays that are not counted here.
    if name != "mixed" { #expect(kept >= 0.9 * told, "\(name): \(kept) floats, not \(told)") }
    withExtendedLifetime((tape, hidden)) {}
  }
}
