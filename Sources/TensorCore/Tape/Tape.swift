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
  /// What happens to an operation beside its being computed.
  enum Mode {
    /// Its way back is remembered.
    case recording
    /// Nothing.
    case forgetting
    /// Its uses are counted as if it were recorded, so that a later tape can record it in place.
    case counting
  }
  let mode: Mode
  /// Whether every result is examined for NaN and infinity.
  let isChecking: Bool
  /// The first result that was not finite; a tape that does not check finds none.
  package internal(set) var nonFinite: NonFiniteResult?
  /// The part of the model that operations now run in.
  package private(set) var scope: String?

  private struct Step {
    let operation: TapeOperation
    let scope: String?
    let output: GradientSlot
    let backward: (FloatStorage) -> Void
  }
  private var steps: [Step] = []
  /// How often this tape has used each tensor that it did not make.
  var uses: [ObjectIdentifier: Int] = [:]
  private var made: Set<ObjectIdentifier> = []
  /// The tape in whose stead this one computes a stretch; what that one made counts as made here.
  let parent: Tape?
  /// Whether any operation read something that requires a gradient.
  private(set) var reachesGradient = false
  private var isSpent = false
  /// Targets of the step now going back; kept on a checking tape.
  private var touched: [FloatStorage] = []

  /// - Parameters:
  ///   - recording: whether `backward` will be called.
  ///   - checking: whether to examine every result for NaN and infinity, as `nonFinite` then tells.
  ///     It costs a pass over all memory; for finding out where a run broke.
  package convenience init(
    backend: any Backend, recording: Bool = true, checking: Bool = false
  ) {
    self.init(backend: backend, mode: recording ? .recording : .forgetting, checking: checking)
  }

  init(
    backend: any Backend, mode: Mode, checking: Bool, scope: String? = nil, parent: Tape? = nil,
    uses: [ObjectIdentifier: Int] = [:]
  ) {
    self.backend = backend
    self.mode = mode
    isChecking = checking
    self.scope = scope
    self.parent = parent
    self.uses = uses
  }

  package var isRecording: Bool { mode == .recording }

  /// What was recorded and has not gone back yet, in order.
  package var recordedOperations: [TapeOperation] { steps.map(\.operation) }

  /// Runs `body` as a part of the model by this name, which diagnoses then tell.
  package func scoped<Result, Failure: Error>(
    _ name: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outer = scope
    scope = name
    defer { scope = outer }
    return try body()
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
    guard isRecording, hasMade(output.gradientSlot) else {
      throw ShapeError("backward", "the output was not recorded on this tape")
    }
    let start = backend.makeStorage(count: seed.count, zeroed: false)
    start.copy(from: seed)
    examine(start, .backward, of: nil, in: nil)
    goBack(from: output.gradientSlot, gradient: start)
  }

  /// Each step frees what it kept as soon as it has gone back.
  func goBack(from output: GradientSlot, gradient: FloatStorage) {
    isSpent = true
    output.first = gradient
    while let step = steps.popLast() {
      made.remove(ObjectIdentifier(step.output))
      guard let gradient = step.output.first else { continue }
      step.output.first = nil
      step.backward(gradient)
      if isChecking {
        for target in touched {
          examine(target, .backward, of: step.operation, in: step.scope)
        }
        touched = []
      }
    }
  }

  // MARK: For operations

  /// A use of a tensor whose gradient the backward pass will add to.
  struct Use {
    let slot: GradientSlot
    /// 0 for tensors made by this tape; else the number of earlier uses on it.
    let index: Int
  }

  /// Notes that an operation reads `tensor`. Nil when no gradient has to reach it.
  func use(_ tensor: Tensor) -> Use? {
    guard mode != .forgetting, tensor.requiresGradient else { return nil }
    reachesGradient = true
    var index = 0
    if !hasMade(tensor.gradientSlot) {
      index = uses[ObjectIdentifier(tensor.gradientSlot), default: 0]
      uses[ObjectIdentifier(tensor.gradientSlot)] = index + 1
    }
    return isRecording ? Use(slot: tensor.gradientSlot, index: index) : nil
  }

  /// Where the gradient of a use goes, allocated at its first need.
  func target(_ use: Use?, zeroed: Bool = false) -> GradientTarget? {
    guard let use else { return nil }
    let slot = use.slot
    while slot.later.count < use.index { slot.later.append(nil) }
    let found = use.index == 0 ? slot.first : slot.later[use.index - 1]
    let storage = found ?? backend.makeStorage(count: slot.count, zeroed: zeroed)
    if found == nil {
      if use.index == 0 { slot.first = storage } else { slot.later[use.index - 1] = storage }
    }
    if isChecking { touched.append(storage) }
    return GradientTarget(storage, accumulating: found != nil || zeroed)
  }

  /// Ends an operation: `output` is computed, and `backward`, which receives d loss / d `output`,
  /// is remembered when a gradient has to reach one of `uses`.
  func result(
    _ output: Tensor, of operation: TapeOperation, uses: [Use?] = [],
    backward: @escaping (FloatStorage) -> Void = { _ in }
  ) -> Tensor {
    examine(output.storage, .forward, of: operation, in: scope)
    if uses.contains(where: { $0 != nil }) { record(operation, output, backward) }
    return output
  }

  func record(
    _ operation: TapeOperation, _ output: Tensor, _ backward: @escaping (FloatStorage) -> Void
  ) {
    output.requiresGradient = true
    made.insert(ObjectIdentifier(output.gradientSlot))
    steps.append(
      Step(
        operation: operation, scope: scope, output: output.gradientSlot, backward: backward))
  }

  func hasMade(_ slot: GradientSlot) -> Bool {
    made.contains(ObjectIdentifier(slot)) || parent?.hasMade(slot) == true
  }

  private func examine(
    _ storage: FloatStorage, _ direction: NonFiniteResult.Direction,
    of operation: TapeOperation?, in scope: String?
  ) {
    guard isChecking, nonFinite == nil, let value = storage.firstNonFinite else { return }
    nonFinite = NonFiniteResult(
      operation: operation, scope: scope, direction: direction, value: value)
  }
}
