import Foundation
import TensorCore
import Testing

/// Reproducible values around zero, about half of them negative.
func noise(_ count: Int, _ name: String, scale: Double = 1) -> [Float] {
  var stream = RandomStream(seed: 7, purpose: "test noise " + name)
  return (0..<count).map { _ in Float(stream.normal() * scale) }
}

func noiseTensor(_ shape: [Int], _ name: String, scale: Double = 1, around: Float = 0) -> Tensor {
  let values = noise(shape.reduce(1, *), name, scale: scale).map { $0 + around }
  return Tensor(shape: shape, values: values)
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
func bits(_ tensor: Tensor) -> [UInt32] { bits(tensor.values) }

/// Expects |a - b| ≤ absolute + relative · |b| everywhere, and names the worst place otherwise.
func expectClose(
  _ found: [Float], _ expected: [Double], absolute: Double, relative: Double = 0, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record(
      "\(what): \(found.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  var worst: (excess: Double, index: Int)?
  for index in found.indices {
    let excess =
      abs(Double(found[index]) - expected[index])
      - (absolute + relative * abs(expected[index]))
    if !(excess <= (worst?.excess ?? 0)) { worst = (excess, index) }
  }
  if let worst {
    Issue.record(
      "\(what): [\(worst.index)] is \(found[worst.index]), expected \(expected[worst.index])",
      sourceLocation: sourceLocation)
  }
}

/// Gives a tensor a gradient by a backward pass.
func setGradient(_ tensor: Tensor, _ values: [Float], _ backend: CPUBackend) {
  tensor.requiresGradient = true
  tensor.zeroGradient()
  let tape = Tape(backend: backend)
  let zeros = Tensor(shape: tensor.shape)
  #expect(throws: Never.self) {
    try tape.backward(from: tape.add(tensor, zeros), seed: values)
  }
}

/// The right to select instruction sets. The selection belongs to the whole process, so one test at
/// a time has it; two that restored each other's choice could leave later tests on slow kernels.
struct KernelSelection {
  private static let lock = NSLock()
  private let before: KernelVariant

  init() {
    Self.lock.lock()
    before = .selected
  }

  /// Restores what was selected before.
  func end() {
    before.select()
    Self.lock.unlock()
  }
}

/// Runs `body` with every instruction set of this processor.
func onEveryKernelVariant(_ body: (KernelVariant) throws -> Void) throws {
  let selection = KernelSelection()
  defer { selection.end() }
  for variant in KernelVariant.allCases where variant.isAvailable {
    #expect(variant.select())
    try body(variant)
  }
}

/// Compares every gradient of `operation` with central differences of a random projection of its
/// output.
func expectGradients(
  of operation: String, inputs: [(name: String, tensor: Tensor)], step: Float = 1e-2,
  absolute: Double = 2e-3, relative: Double = 5e-3, threads: Int = 1,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (Tape) throws -> Tensor
) throws {
  let backend = CPUBackend(threads: threads)
  for input in inputs {
    input.tensor.requiresGradient = true
    input.tensor.zeroGradient()
  }
  let tape = Tape(backend: backend)
  let output = try body(tape)
  let projection = noise(output.count, "projection of " + operation)
  try tape.backward(from: output, seed: projection)

  func projected() throws -> Double {
    let values = try body(Tape(backend: backend, recording: false)).values
    return zip(values, projection).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
  for input in inputs {
    var expected: [Double] = []
    for index in 0..<input.tensor.count {
      let value = input.tensor.storage[index]
      input.tensor.storage[index] = value + step
      let above = try projected()
      input.tensor.storage[index] = value - step
      let below = try projected()
      input.tensor.storage[index] = value
      expected.append((above - below) / (Double(value + step) - Double(value - step)))
    }
    expectClose(
      input.tensor.gradientValues, expected, absolute: absolute, relative: relative,
      "gradient of \(operation) with respect to \(input.name)", sourceLocation: sourceLocation)
  }
}
