internal import CKernels
import Synchronization

/// The method for large matrix products; everything else is the same for all.
package enum MatrixNumerics: String, Sendable, Hashable, CaseIterable {
  /// This project's kernels: the same bits on every processor, at any thread count and batch split.
  case exact
  /// OpenBLAS: its bits depend on the processor, the thread count and the shapes.
  case blas
  /// Rounds both operands of every product outside attention to bf16 and sums in fp32, with this
  /// project's kernels: like `exact` the same bits everywhere, at the precision of bf16. The bits
  /// are those of AVX-512 BF16 (`ProductOrder.chain`).
  case bf16
  /// The same with the bits of AMX (`ProductOrder.steps`), also everywhere. A sum over tokens that
  /// continues in another pass has other bits than one pass.
  case bf16AMX = "bf16_amx"
}

/// The backend for CPUs.
///
/// Its threads divide rows, columns, heads or elements; a sum is never divided between threads.
package final class CPUBackend: Backend {
  /// Version of the results of `exact`. Raise it when the bits of any result change. It is part of
  /// every fingerprint.
  package static let exactVersion = 2
  /// Version of the products of `bf16` and `bf16_amx`; everything else of theirs is that of
  /// `exact`.
  package static let bf16Version = 2

  package let numerics: MatrixNumerics
  let pool: ThreadPool
  /// The source of memory for results.
  package let memory = StoragePool()
  /// Backends of one thread each for `inShares`; empty if bits depend on how a batch is divided.
  private let shares: [CPUBackend]
  private let rotaryTables = Mutex<[RotaryFrequencies: RotaryTable]>([:])

  package init(numerics: MatrixNumerics = .exact, threads: Int = 1) {
    self.numerics = numerics
    pool = ThreadPool(threads: max(1, threads))
    if numerics == .blas { OpenBLAS.setThreads(max(1, threads)) }
    shares =
      numerics == .blas || threads <= 1
      ? [] : (0..<threads).map { _ in CPUBackend(numerics: numerics, threads: 1) }
  }

  package var threads: Int { pool.threads }
  package var isExact: Bool { numerics == .exact }
  package var isBatchInvariant: Bool { numerics != .blas }
  package var continuesSums: Bool { numerics == .exact || numerics == .bf16 }
  package var readsKeptWeights: Bool { numerics != .blas }

  package var fingerprint: String { Self.fingerprint(of: numerics, threads: threads) }

  /// The fingerprint of a backend with these settings, without creating it.
  package static func fingerprint(of numerics: MatrixNumerics, threads: Int) -> String {
    switch numerics {
    case .exact: "exact/\(exactVersion)"
    case .blas: "blas/\(exactVersion) \(OpenBLAS.description) threads=\(threads)"
    case .bf16, .bf16AMX: "\(numerics.rawValue)/\(exactVersion).\(bf16Version)"
    }
  }

  package var location: StorageLocation { .host }

  package func makeStorage(count: Int, zeroed: Bool) -> FloatStorage {
    FloatStorage(count: count, pool: memory, zeroed: zeroed)
  }

  package func makeLastingStorage(count: Int) -> FloatStorage { FloatStorage(count: count) }

  package func beginStep() {
    memory.beginStep()
    for share in shares { share.beginStep() }
  }

  package var shareLimit: Int { max(1, shares.count) }

  package func inShares(_ count: Int, _ body: @Sendable (Int, any Backend) -> Void) {
    precondition(count <= shareLimit)
    if count == 1 {
      body(0, self)
    } else {
      pool.run(count, grain: 1) { range in
        for share in range { body(share, shares[share]) }
      }
    }
  }

  func rotaryTable(_ frequencies: RotaryFrequencies, positions: Int) -> RotaryTable {
    rotaryTables.withLock { tables in
      let found = tables[frequencies]
      if let found, found.positions >= positions { return found }
      // The size doubles, so that a growing decode rebuilds the table only a few times.
      let size = max(256, positions, 2 * (found?.positions ?? 0))
      let table = RotaryTable(frequencies, positions: size)
      tables[frequencies] = table
      return table
    }
  }

  /// Divides elementwise work on `count` floats. Parts are multiples of 16 and large enough to be
  /// worth waking a thread.
  func divideElements(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    pool.run(count, grain: grain(count, least: 8192, multiple: 16), body)
  }

  /// Divides rows of `columns` floats each.
  func divideRows(_ rows: Int, columns: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let least = max(1, 8192 / max(1, columns))
    pool.run(rows, grain: grain(rows, least: least, multiple: 1), body)
  }

  /// Returns a part size that gives each thread a few parts, so that a slow thread does not keep
  /// the others waiting.
  func grain(_ count: Int, least: Int, multiple: Int) -> Int {
    let parts = threads == 1 ? 1 : threads * 2
    let share = max(least, (count + parts - 1) / parts)
    return max(1, (share + multiple - 1) / multiple * multiple)
  }
}
