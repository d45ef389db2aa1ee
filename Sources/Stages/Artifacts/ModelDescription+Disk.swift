package import ModelCore

extension ModelDescription {
  /// Reads the description of a model on disk, a folder or a GGUF file, for this machine's memory.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package init(folder: String) throws(ModelFileError) {
    try self.init(path: folder, memory: MachineMemory.size)
  }
}
