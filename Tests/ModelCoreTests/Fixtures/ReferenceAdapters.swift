import Foundation
import ModelCore
import Testing

/// An adapter that Reference/freeze_adapters.py made with peft over one of the reference models: a
/// folder of this name beside the script.
struct ReferenceAdapter: CustomStringConvertible {
  let name: String
  let base: ReferenceModel
  var description: String { name }

  static let all = [
    ReferenceAdapter(name: "adapter_llama", base: ReferenceModel(name: "llama")),
    ReferenceAdapter(name: "adapter_qwen2", base: ReferenceModel(name: "qwen2")),
    ReferenceAdapter(name: "adapter_some", base: ReferenceModel(name: "llama")),
  ]

  static let files = [AdapterFile.path, AdapterFolder.weights]
  static let baseFiles = ModelFolder.paths.map { AdapterFolder.basePrefix + $0 }

  func file(_ path: String) throws -> Data {
    guard path.hasPrefix(AdapterFolder.basePrefix) else {
      return try referenceFile("\(name)/\(path)")
    }
    let rest = String(path.dropFirst(AdapterFolder.basePrefix.count))
    return rest == "tokenizer.json"
      ? try ReferenceModel.tokenizer().encoded() : try base.file(rest)
  }

  /// The model with the adapter; files of a path may be others.
  func model(replacing: [String: Data] = [:]) throws -> Transformer {
    try ModelFolder(files: Self.files + Self.baseFiles) { path in
      try replacing[path] ?? file(path)
    }.model
  }

  func values(_ tensor: String) throws -> [Float] {
    let values = try NamedTensors(
      decoding: try referenceFile("\(name)/values.safetensors"), file: name)
    return try #require(values[tensor], "\(tensor)").values
  }
}
