import Foundation

/// Where a model folder keeps its weights: in `model.safetensors`, or in several such files, shards,
/// with an index that says which tensor is in which.
enum WeightFiles {
  static let single = "model.safetensors"
  static let index = "model.safetensors.index.json"

  /// - Parameters:
  ///   - files: the paths in the folder. Where it has both, the single file is read.
  ///   - reading: the bytes of one of them.
  /// - Returns: every tensor, all values finite, and the file to name when they make no model.
  /// - Throws: `ModelFileError`, and whatever `reading` throws.
  static func read(
    files: [String], reading: (String) throws -> Data
  ) throws -> (tensors: NamedTensors, file: String) {
    guard files.contains(index), !files.contains(single) else {
      return (try tensors(in: single, reading), single)
    }
    let places = try ShardIndex(decoding: try reading(index), file: index).places
    for shard in Set(places.values).sorted() where !files.contains(shard) {
      throw ModelFileError(index, .malformed("the folder has no shard '\(shard)'"))
    }
    var all: [NamedTensor] = []
    var owners: [String: String] = [:]
    for shard in Set(places.values).sorted() {
      for tensor in try tensors(in: shard, reading).tensors {
        if let owner = owners.updateValue(shard, forKey: tensor.name) {
          throw ModelFileError(
            shard, .malformed("tensor '\(tensor.name)' is in shard '\(owner)' too"))
        }
        guard places[tensor.name] == shard else {
          throw ModelFileError(
            shard, .malformed("the index does not have tensor '\(tensor.name)' in this shard"))
        }
        all.append(tensor)
      }
    }
    if let name = places.keys.sorted().first(where: { owners[$0] == nil }) {
      throw ModelFileError(
        index, .malformed("tensor '\(name)' is not in shard '\(places[name] ?? "")'"))
    }
    return (NamedTensors(all), index)
  }

  private static func tensors(
    in file: String, _ reading: (String) throws -> Data
  ) throws -> NamedTensors {
    let tensors = try NamedTensors(decoding: try reading(file), file: file)
    if let broken = tensors.tensors.first(where: { !$0.values.allSatisfy(\.isFinite) }) {
      throw ModelFileError(
        file, .malformed("tensor '\(broken.name)' holds values that are not finite"))
    }
    return tensors
  }
}

/// `model.safetensors.index.json` as huggingface/transformers writes it.
private struct ShardIndex {
  /// The shard of every tensor, by the tensor's name.
  let places: [String: String]

  private struct Members: Decodable {
    let weightMap: [String: String]
    private enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
  }

  init(decoding bytes: Data, file: String) throws(ModelFileError) {
    guard bytes.count <= NamedTensors.headerLimit else {
      throw ModelFileError(
        file,
        .tooLarge("the index has \(bytes.count) bytes, more than \(NamedTensors.headerLimit)"))
    }
    do {
      places = try JSONDecoder().decode(Members.self, from: bytes).weightMap
    } catch {
      throw ModelFileError(file, .malformed("this is not an index of safetensors files"))
    }
    guard !places.isEmpty else {
      throw ModelFileError(file, .malformed("the index names no tensor"))
    }
    for shard in Set(places.values).sorted() where !Self.isFileName(shard) {
      throw ModelFileError(
        file, .malformed("shard '\(shard)' is not the name of a safetensors file in this folder"))
    }
  }

  /// A shard lies in the folder itself; what could lead elsewhere is not even looked for.
  private static func isFileName(_ text: String) -> Bool {
    text.hasSuffix(".safetensors") && text.utf8.count <= 255
      && text.unicodeScalars.allSatisfy { $0 != "/" && $0 != "\\" && $0.value >= 0x20 }
  }
}
