package import Foundation
package import TensorCore

/// The sizes of a model in memory, counted from its shape before any weight is read. All are
/// numbers of floats, unless their names say bytes.
package struct ModelSizes: Sendable, Hashable {
  /// The weights; tied embeddings count once.
  package var parameterCount = 0
  /// The bytes of weights that are only read, by the precision of their files; nil for 32 bits.
  package var keptByteCount: Int?
  /// The weights that products read from packed copies: the matrices of linear layers, and the
  /// output table, in whole panels.
  package var packedCount = 0
  /// The output table, [vocabulary, hidden].
  package var tableCount = 0
  package var vocabularySize = 0
  /// True if the output table is the embedding table, which then has two gradients until they are
  /// added.
  package var tiesEmbeddings = false
  /// The most tokens of a sequence; nil if nothing limits it.
  package var contextLength: Int?
  /// The floats of one token that a recording tape keeps for the backward pass.
  package var keptCount = 0
  /// Those that it keeps if blocks are recomputed: the input of every branch.
  package var keptInputCount = 0
  /// Those of the largest branch. The tensors that exist during a pass and are not kept, and the
  /// gradients of the branch that goes back, are about as many.
  package var branchCount = 0
  /// The bytes of keys, values and other memory of a sequence at capacities 0 and 64 in 32 bits;
  /// every mixer's memory is a part that does not grow, and one that grows with the capacity.
  package var fixedMemoryBytes = 0
  package var memoryBytesPer64Tokens = 0

  package init() {}

  /// - Precondition: the configuration has no issues.
  package init(
    _ configuration: ModelConfiguration, vocabularySize: Int,
    mixers: [MixerKind] = MixerKind.standard
  ) {
    let shape = configuration.normalized
    var builder = ParameterBuilder()
    guard
      let parts = try? Transformer.Parts(
        shape, vocabularySize: vocabularySize, mixers: mixers, &builder)
    else { preconditionFailure("only values can fail, and none are given") }
    let hidden = shape.hiddenSize
    self.vocabularySize = vocabularySize
    contextLength = shape.contextLength
    tiesEmbeddings = shape.tiesEmbeddings
    parameterCount = builder.descriptions.reduce(0) { $0 + $1.shape.reduce(1, *) }
    tableCount = vocabularySize * hidden
    packedCount =
      Self.panels(vocabularySize) * hidden
      + builder.descriptions.filter(\.isTransposedInFiles)
      .reduce(0) { $0 + $1.shape[0] * Self.panels($1.shape[1]) }
    // A branch keeps the residual stream that enters it, its norm, and with a norm of its output
    // that too, each with a scale.
    let branches = parts.branches.map { branch in
      hidden + 1 + branch.mixer.keptCount + (branch.outputNorm == nil ? 0 : hidden + 1)
    }
    // The input of the final norm, its scale and its output, from which logits are made.
    let end = 2 * hidden + 1
    keptCount = branches.reduce(end) { $0 + $1 + hidden }
    keptInputCount = end + branches.count * hidden
    branchCount = branches.max() ?? 0
    func memoryBytes(_ capacity: Int) -> Int {
      parts.branches.reduce(0) {
        $0 + $1.mixer.memorySize(capacity: capacity, precision: .float32)
      }
    }
    fixedMemoryBytes = memoryBytes(0)
    memoryBytesPer64Tokens = memoryBytes(64) - fixedMemoryBytes
  }

  /// The bytes that a sequence of at most `capacity` tokens takes while it is continued.
  package func memoryBytes(capacity: Int, precision: CachePrecision) -> Int {
    fixedMemoryBytes + (capacity + 63) / 64 * memoryBytesPer64Tokens * precision.bytes / 4
  }

  /// The columns of a packed matrix: whole panels of the product kernels.
  private static func panels(_ columns: Int) -> Int { (columns + 15) / 16 * 16 }
}

extension ModelSizes {
  /// The sizes as figures with names, for whoever keeps them without knowing models.
  package var figures: [String: Int] {
    var figures = [
      "parameters": parameterCount, "packed": packedCount, "table": tableCount,
      "vocabulary": vocabularySize, "ties_embeddings": tiesEmbeddings ? 1 : 0, "kept": keptCount,
      "kept_inputs": keptInputCount, "branch": branchCount, "memory": fixedMemoryBytes,
      "memory_64": memoryBytesPer64Tokens,
    ]
    figures["context"] = contextLength
    figures["kept_bytes"] = keptByteCount
    return figures
  }

  /// Nil if these are not the figures of a model.
  package init?(figures: [String: Int]) {
    guard let parameters = figures["parameters"] else { return nil }
    parameterCount = parameters
    keptByteCount = figures["kept_bytes"]
    packedCount = figures["packed"] ?? 0
    tableCount = figures["table"] ?? 0
    vocabularySize = figures["vocabulary"] ?? 0
    tiesEmbeddings = figures["ties_embeddings"] == 1
    contextLength = figures["context"]
    keptCount = figures["kept"] ?? 0
    keptInputCount = figures["kept_inputs"] ?? 0
    branchCount = figures["branch"] ?? 0
    fixedMemoryBytes = figures["memory"] ?? 0
    memoryBytesPer64Tokens = figures["memory_64"] ?? 0
  }
}

extension ModelFolder {
  /// The sizes of a folder's model, from its configuration only; nil if that cannot be read or is
  /// invalid.
  /// - Parameter reading: returns the bytes of a file of the folder, by its path.
  package static func sizes(reading: (String) throws -> Data) -> ModelSizes? {
    guard let bytes = try? reading("config.json"),
      let file = try? ConfigurationFile(decoding: bytes, file: "config.json")
    else { return nil }
    return ModelSizes(file.configuration, vocabularySize: file.vocabularySize)
  }
}
