package import Foundation

extension NamedTensors {
  /// Reads safetensors bytes. F32, F16 and BF16 are supported and become `Float`.
  ///
  /// Every stated length and offset is checked against the actual bytes: see `SafetensorsHeader`.
  /// - Parameter file: the name of the bytes in errors.
  package init(decoding bytes: Data, file: String) throws(ModelFileError) {
    let source = try SafetensorsFile(decoding: bytes, file: file)
    self.init(
      source.header.entries.map { entry in
        NamedTensor(
          name: entry.name, shape: entry.shape, values: source.values(0..<entry.count, of: entry))
      })
  }
}
