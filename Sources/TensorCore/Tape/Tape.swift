/// Runs operations as they are called and, when recording, remembers their backward steps.
///
/// ```swift
/// let tape = Tape(backend: backend)
/// let hidden = try tape.linear(tape.embedding(table, ids), weight)
/// let logProbabilities = try tape.logProbabilities(hidden, table: table, rows: …, targets: …)
/// try tape.backward(from: logProbabilities, seed: seed)     // adds to weight.gradient
/// ```
///
/// A tape is used for one micro-batch: one forward pass, one backward pass. Gradients of parameters
/// add up over tapes until `zeroGradient`; with the `exact` backend they do not depend on how the
/// sequences of a batch were divided among tapes, as long as their order is kept.
package final class Tape {
  package let backend: any Backend
  /// The action of a tape on an operation in addition to computing it.
  enum Mode {
    /// Remembers the operation's backward step.
    case recording
    /// Remembers nothing.
    case forgetting
    /// Counts the operation's uses as if it were recorded, so that a later tape can record it
    /// instead.
    case counting
  }
  let mode: Mode
  /// True if every result is checked for NaN and infinity.
  let isChecking: Bool
  /// The first result that was not finite; always nil if the tape does not check.
  package internal(set) var nonFinite: NonFiniteResult?
  /// The part of the model in which operations currently run.
  package private(set) var scope: String?
  /// Names the random numbers of the rows of hidden states; nil if nothing is dropped, as in
  /// sampling and scoring.
  package var noise: TokenNoise? {
    get { ownNoise ?? parent?.noise }
    set { ownNoise = newValue }
  }
  private var ownNoise: TokenNoise?

  private struct Step {
    let operation: TapeOperation
    let scope: String?
    let output: GradientSlot
    let backward: (FloatStorage) -> Void
  }
  private var steps: [Step] = []
  /// The number of uses, by this tape, of each tensor that it did not make.
  var uses: [ObjectIdentifier: Int] = [:]
  private var made: Set<ObjectIdentifier> = []
  /// The tape for which this one recomputes a stretch; tensors made by the parent count as made
  /// here.
  let parent: Tape?
  /// True if any operation read a tensor that requires a gradient.
  private(set) var reachesGradient = false
  private var isSpent = false
  /// Gradient targets of the current backward step; kept only on a checking tape.
  private var touched: [FloatStorage] = []

  /// Creates a tape.
  /// - Parameters:
  ///   - recording: true if `backward` will be called.
  ///   - checking: true to check every result for NaN and infinity and report the first in
  ///     `nonFinite`. It costs a pass over all memory; use it to find where a run became
  ///     non-finite.
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

  /// The recorded operations whose backward steps have not run yet, in order.
  package var recordedOperations: [TapeOperation] { steps.map(\.operation) }

  /// Runs `body` as the part of the model with this name, which diagnostics then show.
  package func scoped<Result, Failure: Error>(
    _ name: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outer = scope
    scope = name
    defer { scope = outer }
    return try body()
  }

  /// Propagates `seed`, d loss / d `output`, to every tensor that requires a gradient. Call it once
  /// per tape.
  /// - Throws: `ShapeError` when the seed does not fit or `output` has no recorded backward steps.
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

  /// Runs the backward steps. Each step frees its kept values as soon as it has run.
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

  /// A use of a tensor, to whose gradient the backward pass will add.
  struct Use {
    let slot: GradientSlot
    /// 0 for tensors made by this tape; otherwise the number of earlier uses by this tape.
    let index: Int
  }

  /// Records that an operation reads `tensor`. Returns nil if the tensor needs no gradient.
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

  /// The destination of a use's gradient, allocated when first needed.
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

  /// Completes an operation: `output` is computed, and `backward`, which receives d loss / d
  /// `output`, is remembered if one of `uses` needs a gradient.
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
