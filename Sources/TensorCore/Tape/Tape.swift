/// Runs operations as they are called and, when recording, remembers how to go back.
///
/// ```swift
/// let tape = Tape(backend: backend)
/// let hidden = try tape.linear(tape.embedding(table, ids), weight)
/// let logProbabilities = try tape.logProbabilities(hidden, table: table, rows: …, targets: …)
/// try tape.backward(from: logProbabilities, seed: seed)     // adds to weight.gradient
/// ```
///
/// A tape serves one micro-batch: one forward pass, one backward pass. Gradients of parameters add
/// up over tapes until `zeroGradient`; with the `exact` backend they do not depend on how the
/// sequences of a batch were divided among tapes, as long as their order is kept.
package final class Tape {
  package let backend: any Backend
  package let isRecording: Bool

  private struct Step {
    let output: Tensor
    let backward: (FloatStorage) -> Void
  }
  private var steps: [Step] = []
  /// How often this tape has used each tensor that it did not make.
  private var uses: [ObjectIdentifier: Int] = [:]
  private var made: Set<ObjectIdentifier> = []
  private var isSpent = false

  package init(backend: any Backend, recording: Bool = true) {
    self.backend = backend
    isRecording = recording
  }

  /// Propagates `seed`, d loss / d `output`, to every tensor that requires a gradient. Once a tape.
  /// - Throws: `ShapeError` when the seed does not fit or the tape cannot go back from `output`.
  package func backward(from output: Tensor, seed: [Float]) throws(ShapeError) {
    guard seed.count == output.count else {
      throw ShapeError("backward", ("seed", [seed.count]), ("output", output.shape))
    }
    guard !isSpent else {
      throw ShapeError("backward", "the tape has already gone back")
    }
    guard isRecording, made.contains(ObjectIdentifier(output)) else {
      throw ShapeError("backward", "the output was not recorded on this tape")
    }
    isSpent = true
    let start = backend.makeStorage(count: seed.count, zeroed: false)
    start.copy(from: seed)
    output.gradient = start
    while let step = steps.popLast() {
      guard let gradient = step.output.gradient else { continue }
      step.output.gradient = nil
      step.backward(gradient)
    }
  }

  // MARK: For operations

  /// A use of a tensor whose gradient the backward pass will add to.
  struct Use {
    let tensor: Tensor
    /// 0 for tensors made by this tape; else the number of earlier uses on it.
    let index: Int
  }

  /// Notes that an operation reads `tensor`. Nil when no gradient has to reach it.
  func use(_ tensor: Tensor) -> Use? {
    guard isRecording, tensor.requiresGradient else { return nil }
    let identifier = ObjectIdentifier(tensor)
    guard !made.contains(identifier) else { return Use(tensor: tensor, index: 0) }
    let index = uses[identifier, default: 0]
    uses[identifier] = index + 1
    return Use(tensor: tensor, index: index)
  }

  /// Where the gradient of a use goes, allocated at its first need.
  func target(_ use: Use?, zeroed: Bool = false) -> GradientTarget? {
    guard let use else { return nil }
    let tensor = use.tensor
    if use.index == 0 {
      if let gradient = tensor.gradient { return GradientTarget(gradient, accumulating: true) }
      let storage = backend.makeStorage(count: tensor.count, zeroed: zeroed)
      tensor.gradient = storage
      return GradientTarget(storage, accumulating: zeroed)
    }
    while tensor.laterGradients.count < use.index { tensor.laterGradients.append(nil) }
    if let gradient = tensor.laterGradients[use.index - 1] {
      return GradientTarget(gradient, accumulating: true)
    }
    let storage = backend.makeStorage(count: tensor.count, zeroed: zeroed)
    tensor.laterGradients[use.index - 1] = storage
    return GradientTarget(storage, accumulating: zeroed)
  }

  /// Registers the way back from `output`; `backward` receives d loss / d output.
  func record(_ output: Tensor, backward: @escaping (FloatStorage) -> Void) {
    output.requiresGradient = true
    made.insert(ObjectIdentifier(output))
    steps.append(Step(output: output, backward: backward))
  }
}
