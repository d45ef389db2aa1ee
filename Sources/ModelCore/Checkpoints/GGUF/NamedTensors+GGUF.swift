package import Foundation

extension NamedTensors {
  /// Reads all tensors of a GGUF file, under the names of the file.
  /// - Parameter file: the name of the bytes in errors.
  package init(decodingGGUF bytes: Data, file: String) throws(ModelFileError) {
    let source = try GGUFFile(decoding: bytes, file: file)
    self.init(
      source.tensors.map { tensor in
        let rows = tensor.count / tensor.columns
        return NamedTensor(
          name: tensor.name, shape: tensor.shape, values: source.values(of: tensor, rows: 0..<rows))
      })
  }
}
