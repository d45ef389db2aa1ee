import Fields

/// The memory that a model's weights take, compared with the machine's before they are read.
enum ModelMemory {
  /// - Parameter memory: the bytes of memory that this process may have.
  /// - Throws: `ModelFileError` with both figures if the weights alone, in 32 bits, take more.
  static func check(
    _ configuration: ModelConfiguration, vocabularySize: Int, memory: UInt64, file: String
  ) throws(ModelFileError) {
    let count = configuration.parameterCount(vocabularySize: vocabularySize)
    let (needed, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.size)
    guard overflows || UInt64(needed) > memory else { return }
    throw ModelFileError(
      file,
      .tooLarge(
        "the model has \(count) parameters, which take "
          + "\(NumberFormat.bytes(overflows ? .max : needed)) in 32 bits, and this machine has "
          + "\(NumberFormat.bytes(Int(clamping: memory)))"))
  }
}
