package import Foundation

extension NamedTensors {
  /// Safetensors bytes of tensors in memory: see `SafetensorsWriter`.
  package func encoded(metadata: [String: String] = [:]) -> Data {
    var bytes = SafetensorsWriter.header(
      of: tensors.map { ($0.name, $0.shape) }, metadata: metadata)
    for tensor in tensors { bytes.append(SafetensorsWriter.bytes(of: tensor.values)) }
    return bytes
  }
}
