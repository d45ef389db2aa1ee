import Fields

/// The memory that a model's weights take, compared with the machine's before they are read.
enum ModelMemory {
  /// - Parameters:
  ///   - needed: the bytes of the weights alone.
  ///   - memory: the bytes of memory that this process may have.
  /// - Throws: `ModelFileError` with both figures if the weights take more.
  static func check(
    parameters count: Int, needed: Int, for use: WeightUse, memory: UInt64, file: String
  ) throws(ModelFileError) {
    guard UInt64(needed) > memory else { return }
    let form = use == .trained ? "in 32 bits" : "in the precision of the file"
    throw ModelFileError(
      file,
      .tooLarge(
        "the model has \(count) parameters, which take \(NumberFormat.bytes(needed)) \(form), "
          + "and this machine has \(NumberFormat.bytes(Int(clamping: memory)))"))
  }
}
