/// The destination of a gradient, which is either added to its content or overwrites it.
package struct GradientTarget: Sendable {
  package let storage: FloatStorage
  package let accumulating: Bool

  package init(_ storage: FloatStorage, accumulating: Bool) {
    self.storage = storage
    self.accumulating = accumulating
  }

  /// Overwrites the destination with `values`, or adds them to it.
  package func write(_ values: [Float]) {
    precondition(values.count == storage.count)
    storage.copy(from: accumulating ? zip(storage.values, values).map { $0 + $1 } : values)
  }
}

/// The settings that turn logits into probabilities: `softmax(logits / temperature)` with `banned`
/// ids masked.
package struct LogitSettings: Sendable, Hashable {
  package var temperature: Float
  package var banned: [Int32]

  package init(temperature: Float = 1, banned: [Int32] = []) {
    self.temperature = temperature
    self.banned = banned
  }
}

/// All kernels that a tape or a decoder needs: the only interface between models and hardware.
///
/// A backend makes the storages it works on, in its own place; addresses stay inside it. Models,
/// tapes and decoders pass storages on, and copy values only through `FloatStorage`.
///
/// Callers (`Tape`, `KeyValueCache`, …) check shapes; a backend traps on a mismatch. Rows never
/// influence one another except inside attention and the convolution, so any operation on rows
/// gives the same bits for a row whatever else is in the batch (`numerics: exact`).
package protocol Backend: AnyObject, Sendable {
  /// Everything about this backend that can change bits, as it enters cache keys.
  var fingerprint: String { get }
  var threads: Int { get }
  /// True if results have the same bits on every machine, at any thread count and batch split.
  var isExact: Bool { get }
  /// True if bits depend neither on how a batch is divided nor on its other rows.
  var isBatchInvariant: Bool { get }

  /// True if sums over the tokens of a batch, gradients of weights, have the bits of one pass when
  /// several passes continue them.
  var continuesSums: Bool { get }

  /// True if products read kept weights as they are; otherwise they are widened once, and the
  /// floats stay too.
  var readsKeptWeights: Bool { get }

  /// The number of parts of a batch that can run at the same time with the bits of the whole: see
  /// `inShares`.
  var shareLimit: Int { get }
  /// Runs `body` for every share 0 ..< count of a batch (at most `shareLimit`), in parallel. Each
  /// share has its own backend, with one thread if there are several shares.
  func inShares(_ count: Int, _ body: @Sendable (Int, any Backend) -> Void)

  /// The place of the storages that this backend makes and works on.
  var location: StorageLocation { get }
  /// Returns memory for a result; its values are undefined unless `zeroed`.
  func makeStorage(count: Int, zeroed: Bool) -> FloatStorage
  /// Returns zeroed memory that stays for long, such as a KV cache; it is not kept for other uses
  /// afterwards.
  func makeLastingStorage(count: Int) -> FloatStorage
  /// Announces that shapes may change from now on, so that memory kept for old shapes may be freed.
  func beginStep()

  // MARK: Products and elementwise
  /// c (+)= a · b; `c` must have unit column stride.
  func product(_ a: MatrixView, _ b: MatrixView, into c: MatrixView, accumulating: Bool)
  /// c (+)= a · weight, or a · weightᵀ, for a weight that may change before the next such product,
  /// so that nothing made from it is stored. The weight may be kept.
  func product(
    _ a: MatrixView, once weight: Tensor, transposed: Bool, into c: MatrixView, accumulating: Bool)
  /// y = x · weight (+ bias): [N, K] · [K, M] + [M]. The weight may be kept.
  func linear(_ x: Tensor, _ weight: Tensor, bias: Tensor?, into y: Tensor)
  func add(_ a: Tensor, _ b: Tensor, into y: Tensor)
  func accumulate(_ x: FloatStorage, into target: GradientTarget)
  /// Sums the rows of `x`, `columns` wide, in order.
  func sumRows(_ x: FloatStorage, columns: Int, into target: GradientTarget)

  // MARK: Embedding
  /// Copies rows of a table, which may be kept.
  func gather(_ table: Tensor, _ ids: [Int32], into y: Tensor)
  /// Adds row r of `x` to row `ids[r]` of the target, in order of r.
  func scatterAdd(_ x: FloatStorage, _ ids: [Int32], columns: Int, into target: FloatStorage)

  // MARK: Blocks
  /// Normalises every `weight.count` values of `x`: a row, or an equal part of one.
  func rmsNorm(_ x: Tensor, _ weight: Tensor, epsilon: Float, into y: Tensor, scales: FloatStorage?)
  func rmsNormGradient(
    _ x: Tensor, _ weight: Tensor, scales: FloatStorage, outputGradient: FloatStorage,
    input: GradientTarget?, weight weightTarget: GradientTarget?)
  func swiGLU(gate: Tensor, up: Tensor, into y: Tensor)
  func swiGLUGradient(
    gate: Tensor, up: Tensor, outputGradient: FloatStorage, gate gateTarget: GradientTarget?,
    up upTarget: GradientTarget?)
  func geGLU(gate: Tensor, up: Tensor, into y: Tensor)
  func geGLUGradient(
    gate: Tensor, up: Tensor, outputGradient: FloatStorage, gate gateTarget: GradientTarget?,
    up upTarget: GradientTarget?)
  func rotary(
    _ x: FloatStorage, heads: Int, positions: [Int32], frequencies: RotaryFrequencies,
    inverse: Bool, into target: GradientTarget)
  func convolution(_ x: Tensor, _ weight: Tensor, layout: SequenceLayout, into y: Tensor)
  func convolutionGradient(
    _ x: Tensor, _ weight: Tensor, layout: SequenceLayout, outputGradient: FloatStorage,
    input: GradientTarget?, weight weightTarget: GradientTarget?)

  // MARK: Attention
  /// Computes attention. `statistics`, two floats per row and head, is kept for the backward pass.
  func attention(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, heads: AttentionHeads, layout: SequenceLayout,
    into y: Tensor, statistics: FloatStorage?)
  func attentionGradient(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, heads: AttentionHeads, layout: SequenceLayout,
    output: Tensor, statistics: FloatStorage, outputGradient: FloatStorage,
    query queryTarget: GradientTarget, key keyTarget: GradientTarget,
    value valueTarget: GradientTarget)

  // MARK: Probabilities, of tables that may be kept
  /// logits = hidden · tableᵀ, unscaled: [R, C] · [V, C]ᵀ.
  func logits(_ hidden: MatrixView, table: Tensor, into logits: FloatStorage)
  /// Converts logits to log-probabilities in place, in rows of `columns`.
  func logSoftmax(_ logits: FloatStorage, columns: Int, settings: LogitSettings)
  /// Computes log p(targets[r]) for the hidden state `hidden[rows[r]]`.
  func logProbabilities(
    _ hidden: Tensor, table: Tensor, rows: [Int32], targets: [Int32], settings: LogitSettings,
    into y: FloatStorage)
  func logProbabilitiesGradient(
    _ hidden: Tensor, table: Tensor, rows: [Int32], targets: [Int32], settings: LogitSettings,
    outputGradient: FloatStorage, hidden hiddenTarget: GradientTarget?,
    table tableTarget: GradientTarget?)

  // MARK: Decoding
  /// Stores row r in its sequence's page; no two rows are the same token.
  func append(_ key: Tensor, _ value: Tensor, to cache: KeyValueCache, rows: PagedRows)
  /// Chooses a token for every row of `columns` logits, which are overwritten.
  func choose(_ logits: FloatStorage, columns: Int, rows: [LogitRow]) -> [ChosenToken]
  /// Computes attention of every row to the tokens of its sequence up to itself. Pages that several
  /// rows share are read once for all of them.
  func attentionDecode(
    _ query: Tensor, cache: KeyValueCache, rows: PagedRows, heads: AttentionHeads, into y: Tensor)
  /// Computes the convolution for row r, the token at `positions[r]` of slot `slots[r]`; the
  /// history is read, not written.
  func convolutionStep(
    _ x: Tensor, _ weight: Tensor, history: ConvolutionHistory, slots: [Int], positions: [Int],
    into y: Tensor)

  // MARK: Optimising
  /// Computes Σ x² in a fixed order.
  func sumOfSquares(_ x: FloatStorage) -> Double
  func scale(_ x: FloatStorage, by factor: Float)
  /// Applies one AdamW update to every parameter that has a gradient; `steps` counts from 1.
  func adamW(_ settings: AdamW, step: Int, parameters: [AdamWSlot])
}

/// The division of query, key and value columns into heads, and the attention window.
package struct AttentionHeads: Sendable, Hashable {
  package let query: Int
  package let keyValue: Int
  package let dimension: Int
  /// Number of tokens a token attends to: itself and those just before it; nil for all before it.
  package let window: Int?
  /// The factor on scores.
  package let scale: Float

  /// Creates the division.
  /// - Parameter scale: by default 1/√dimension (Vaswani et al. 2017, equation 1).
  /// - Precondition: `keyValue` divides `query`; a window is at least 1.
  package init(
    query: Int, keyValue: Int, dimension: Int, window: Int? = nil, scale: Float? = nil
  ) {
    precondition(query > 0 && keyValue > 0 && dimension > 0 && query % keyValue == 0)
    precondition(window.map { $0 > 0 } ?? true)
    self.scale = scale ?? 1 / Float(dimension).squareRoot()
    self.query = query
    self.keyValue = keyValue
    self.dimension = dimension
    self.window = window
  }

  /// Number of query heads that share a key/value head.
  package var group: Int { query / keyValue }
}

/// A parameter with its gradient and moments, all of one size.
package struct AdamWSlot: Sendable {
  package let parameter: FloatStorage
  package let gradient: FloatStorage
  package let firstMoment: FloatStorage
  package let secondMoment: FloatStorage
}
