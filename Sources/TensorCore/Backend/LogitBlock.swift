/// The rows whose logits exist at the same time. Logits of a large vocabulary would take far more
/// memory than everything else in a batch: 1000 rows of 150 000 tokens take 600 MB.
package enum LogitBlock {
  /// About 16 MB.
  private static let mostLogits = 1 << 22

  /// The number of rows in a block: as many as have room, in whole blocks of the product kernels.
  /// - Parameter least: the fewest rows. The output table is read once for each block. Measured for
  ///   150 000 tokens of width 512: blocks of 24 rows take as long as blocks of 96, and blocks of
  ///   12 rows twice as long.
  package static func rows(vocabulary: Int, least: Int = 24) -> Int {
    max(least, mostLogits / max(1, vocabulary) / least * least)
  }
}
