/// The weights of a GGUF file under Hugging Face's names, in its order of rows.
struct GGUFWeights: StoredWeights {
  let source: GGUFFile
  let shapes: [String: [Int]]
  private let architecture: GGUFArchitecture
  private let tensors: [String: GGUFTensor]
  /// The number of heads of each tensor whose rows are in another order, by the end of its name.
  private let interleaved: [(ending: String, heads: Int)]

  /// - Throws: `ModelFileError` if the architecture has no such tensor.
  init(_ source: GGUFFile, _ architecture: GGUFArchitecture) throws(ModelFileError) {
    self.source = source
    self.architecture = architecture
    var tensors: [String: GGUFTensor] = [:]
    for tensor in source.tensors where tensor.name != GGUFRotation.divisors {
      guard let name = architecture.name(of: tensor.name) else {
        throw ModelFileError(source.file, .unexpectedTensor(tensor.name))
      }
      // Two names that become one, such as blk.1 and blk.01.
      guard tensors.updateValue(tensor, forKey: name) == nil else {
        throw ModelFileError(source.file, .unexpectedTensor(tensor.name))
      }
    }
    self.tensors = tensors
    shapes = tensors.mapValues(\.shape)
    guard architecture.interleavesHeads else {
      interleaved = []
      return
    }
    let heads = try architecture.headCounts(in: source.metadata)
    interleaved = [(".q_proj.weight", heads.query), (".k_proj.weight", heads.keyValue)]
  }

  var file: String { source.file }

  func file(of name: String) -> String { file }

  /// The name that a tensor has in the file, or would have.
  func name(inFile name: String) -> String {
    tensors[name]?.name ?? architecture.name(inFile: name)
  }

  func format(of name: String) throws(ModelFileError) -> any TensorFormat.Type {
    try tensor(name).format
  }

  func offset(of name: String) -> Float {
    name.hasSuffix("norm.weight") ? architecture.normOffset : 0
  }

  func bytes(of name: String, rows: Range<Int>) throws(ModelFileError) -> [UInt8] {
    let tensor = try tensor(name)
    guard let heads = interleaved.first(where: { name.hasSuffix($0.ending) })?.heads else {
      return source.bytes(of: tensor, rows: rows)
    }
    let headSize = tensor.count / tensor.columns / heads
    var bytes: [UInt8] = []
    for row in rows {
      let place = Self.interleavedPlace(of: row, headSize: headSize)
      bytes += source.bytes(of: tensor, rows: place..<(place + 1))
    }
    return bytes
  }

  private func tensor(_ name: String) throws(ModelFileError) -> GGUFTensor {
    guard let tensor = tensors[name] else {
      throw ModelFileError(file, .missingTensor(architecture.name(inFile: name)))
    }
    return tensor
  }

  /// The place in the file of a row of queries or keys whose heads are interleaved: there the two
  /// rows that rotate together are neighbours, and in Hugging Face's files they are half a head
  /// apart. (`permute` in llama.cpp's convert_hf_to_gguf.py; transformers undoes it likewise in
  /// modeling_gguf_pytorch_utils.py.)
  static func interleavedPlace(of row: Int, headSize: Int) -> Int {
    let (head, place) = row.quotientAndRemainder(dividingBy: headSize)
    let (half, pair) = place.quotientAndRemainder(dividingBy: headSize / 2)
    return head * headSize + 2 * pair + half
  }
}
