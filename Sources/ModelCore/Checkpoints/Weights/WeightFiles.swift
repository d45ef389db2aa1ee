import Foundation

/// The files with a model folder's weights: `model.safetensors`, or several such files (shards)
/// with an index that says which tensor is in which shard.
struct WeightFiles {
  static let single = "model.safetensors"
  static let index = "model.safetensors.index.json"

  /// The file that errors name if the tensors do not make a model.
  let file: String
  let parts: [String]
  /// The shard of every tensor; nil if one file has them all.
  private let places: [String: String]?

  /// - Parameters:
  ///   - files: the paths in the folder. If it has both forms, the single file is read.
  ///   - reading: returns the bytes of a file.
  /// - Throws: `ModelFileError`, and the errors of `reading`.
  init(files: [String], reading: (String) throws -> Data) throws {
    guard files.contains(Self.index), !files.contains(Self.single) else {
      guard files.contains(Self.single) else { throw Self.absence(among: files) }
      file = Self.single
      parts = [Self.single]
      places = nil
      return
    }
    file = Self.index
    let places = try ShardIndex(decoding: try reading(Self.index), file: Self.index).places
    parts = Set(places.values).sorted()
    self.places = places
    for shard in parts where !files.contains(shard) {
      throw ModelFileError(Self.index, .malformed("the folder has no shard '\(shard)'"))
    }
  }

  /// The error for a folder without readable weights. It names weights in another format, because
  /// then the folder is a model, but one that cannot be read.
  private static func absence(among files: [String]) -> ModelFileError {
    let other = files.first { file in
      [".bin", ".pt", ".pth", ".gguf", ".h5", ".safetensors"].contains { file.hasSuffix($0) }
    }
    return ModelFileError(
      single,
      other.map {
        .unsupported("no such file; '\($0)' is not read instead")
      } ?? .absent)
  }

  /// Opens the weights; values are decoded when they are asked for.
  func weights(reading: (String) throws -> Data) throws -> SafetensorsWeights {
    let tensors = try gathered(name: \SafetensorsWeights.Place.entry.name) {
      part -> [SafetensorsWeights.Place] in
      let source = try SafetensorsFile(decoding: try reading(part), file: part)
      return source.header.entries.map {
        SafetensorsWeights.Place(part: part, source: source, entry: $0)
      }
    }
    return SafetensorsWeights(file: file, tensors)
  }

  /// Reads the shape and format of every tensor, from headers only.
  func entries(
    head: (_ path: String, _ most: Int) throws -> (bytes: Data, size: Int)
  ) throws -> [String: SafetensorsHeader.Entry] {
    let entries = try gathered(name: \SafetensorsHeader.Entry.name) {
      part -> [SafetensorsHeader.Entry] in
      let (start, size) = try head(part, 8)
      let length = try SafetensorsHeader.length(of: Array(start), fileSize: size, file: part)
      let header = try head(part, length)
      return try SafetensorsHeader(
        decoding: Array(header.bytes), fileSize: header.size, file: part
      ).entries
    }
    return Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Collects the tensors of all parts and checks that each is in the part that the index names.
  private func gathered<Tensor>(
    name: (Tensor) -> String, from part: (String) throws -> [Tensor]
  ) throws -> [Tensor] {
    var all: [Tensor] = []
    var owners: [String: String] = [:]
    for shard in parts {
      for tensor in try part(shard) {
        let name = name(tensor)
        if let owner = owners.updateValue(shard, forKey: name) {
          throw ModelFileError(
            shard, .malformed("tensor '\(name)' is in shard '\(owner)' too"))
        }
        if let places, places[name] != shard {
          throw ModelFileError(
            shard, .malformed("the index does not have tensor '\(name)' in this shard"))
        }
        all.append(tensor)
      }
    }
    if let places, let name = places.keys.sorted().first(where: { owners[$0] == nil }) {
      throw ModelFileError(
        file, .malformed("tensor '\(name)' is not in shard '\(places[name] ?? "")'"))
    }
    return all
  }
}

/// The weights in one or several safetensors files.
struct SafetensorsWeights: StoredWeights {
  /// A tensor in its file.
  struct Place {
    let part: String
    let source: SafetensorsFile
    let entry: SafetensorsHeader.Entry
  }

  let file: String
  let shapes: [String: [Int]]
  private let places: [String: Place]

  /// - Precondition: the names of the tensors are unique.
  init(file: String, _ tensors: [Place]) {
    self.file = file
    places = Dictionary(uniqueKeysWithValues: tensors.map { ($0.entry.name, $0) })
    shapes = places.mapValues(\.entry.shape)
  }

  func file(of name: String) -> String { places[name]?.part ?? file }

  func format(of name: String) throws(ModelFileError) -> any TensorFormat.Type {
    try place(of: name).entry.format
  }

  func bytes(of name: String, rows: Range<Int>) throws(ModelFileError) -> [UInt8] {
    let place = try place(of: name)
    let columns = place.entry.shape.last ?? 1
    return place.source.bytes(
      (rows.lowerBound * columns)..<(rows.upperBound * columns), of: place.entry)
  }

  private func place(of name: String) throws(ModelFileError) -> Place {
    guard let place = places[name] else { throw ModelFileError(file, .missingTensor(name)) }
    return place
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
    guard bytes.count <= SafetensorsHeader.limit else {
      throw ModelFileError(
        file,
        .tooLarge("the index has \(bytes.count) bytes, more than \(SafetensorsHeader.limit)"))
    }
    _ = try JSONFile.text(of: bytes, file: file)
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

  /// True if the text is a plain file name. A shard is in the folder itself; a path that could lead
  /// elsewhere is never opened.
  private static func isFileName(_ text: String) -> Bool {
    text.hasSuffix(".safetensors") && text.utf8.count <= 255
      && text.unicodeScalars.allSatisfy { $0 != "/" && $0 != "\\" && $0.value >= 0x20 }
  }
}
