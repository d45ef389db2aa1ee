package import ModelCore

extension ModelDescription {
  /// Reads the description of a model on disk, a folder or a GGUF file, for this machine's memory.
  /// - Parameter base: the path of the model that an adapter adapts, if it is elsewhere.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package init(folder: String, base: String? = nil) throws(ModelFileError) {
    try self.init(path: folder, base: base, memory: MachineMemory.size)
  }
}
