import Fields
import Foundation

/// An architecture of GGUF files (`general.architecture`): the names and the layout of its tensors,
/// and the members of `config.json` that its metadata stand for.
///
/// A file's metadata become a `config.json`, which is then read like any other, so that whatever
/// one of the two refuses the other refuses too.
struct GGUFArchitecture: Sendable {
  /// Returns members of `config.json` besides those that all architectures have.
  typealias Members =
    @Sendable (GGUFKeys, GGUFWeights) throws(ModelFileError) -> [(String, JSONText)]

  let name: String
  /// The `model_type` of `config.json`.
  let modelType: String
  /// The names of the parts of a block, in the file and in Hugging Face's files.
  var parts: [Part] = Part.common
  /// True if the two rows of queries and keys that rotate together are neighbours.
  var interleavesHeads = false
  /// The number that files add to the weights of norms.
  var normOffset: Float = 0
  /// Keys of this architecture, without its name, that `members` reads.
  var ownKeys: [String] = []
  var members: Members = { _, _ throws(ModelFileError) in [] }

  /// The architectures that are read. A new one is a file beside this one and a line here.
  static let all: [GGUFArchitecture] = [
    .llama,
    .qwen2,
    .qwen3,
    .gemma3,
  ]

  /// A part of a block, or of the model.
  struct Part: Sendable {
    let inFile: String
    let ours: String

    init(_ inFile: String, _ ours: String) {
      self.inFile = inFile
      self.ours = ours
    }

    static let common = [
      Part("attn_norm", "input_layernorm"),
      Part("attn_q", "self_attn.q_proj"),
      Part("attn_k", "self_attn.k_proj"),
      Part("attn_v", "self_attn.v_proj"),
      Part("attn_output", "self_attn.o_proj"),
      Part("ffn_norm", "post_attention_layernorm"),
      Part("ffn_gate", "mlp.gate_proj"),
      Part("ffn_up", "mlp.up_proj"),
      Part("ffn_down", "mlp.down_proj"),
    ]

    /// The parts outside blocks.
    static let outer = [
      Part("token_embd", "model.embed_tokens"),
      Part("output_norm", "model.norm"),
      Part("output", "lm_head"),
    ]
  }

  /// - Throws: `ModelFileError` if the file is no model, or one of another architecture.
  static func of(_ metadata: GGUFMetadata) throws(ModelFileError) -> GGUFArchitecture {
    let file = metadata.file
    if let type = try metadata.text("general.type"), type != "model" {
      throw ModelFileError(file, .unsupported("general.type is '\(type)', not 'model'"))
    }
    if let count = try metadata.integer("split.count"), count > 1 {
      throw ModelFileError(
        file,
        .unsupported("the model is in \(count) files; join them with llama-gguf-split --merge"))
    }
    guard let name = try metadata.text("general.architecture") else {
      throw metadata.missing("general.architecture")
    }
    guard let found = all.first(where: { $0.name == name }) else {
      let known = all.map { "'\($0.name)'" }.joined(separator: ", ")
      throw ModelFileError(
        file, .unsupported("general.architecture is \(name.debugDescription); \(known) are read"))
    }
    return found
  }

  // MARK: Names

  /// Returns Hugging Face's name of a tensor; nil if the architecture has no such tensor.
  func name(of tensor: String) -> String? {
    let words = tensor.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let ending = words.last, ending == "weight" || ending == "bias" else { return nil }
    switch words.count {
    case 2:
      return Part.outer.first { $0.inFile == words[0] }.map { $0.ours + "." + ending }
    case 4 where words[0] == "blk":
      guard let layer = Int(words[1]), layer >= 0 else { return nil }
      return parts.first { $0.inFile == words[2] }
        .map { "model.layers.\(layer).\($0.ours).\(ending)" }
    default: return nil
    }
  }

  /// Returns the name in files of a tensor with one of Hugging Face's names.
  func name(inFile name: String) -> String {
    guard let dot = name.lastIndex(of: ".") else { return name }
    let (stem, ending) = (name[..<dot], name[dot...])
    if let part = Part.outer.first(where: { $0.ours == stem }) { return part.inFile + ending }
    let words = stem.split(separator: ".", maxSplits: 3)
    guard words.count == 4, let part = parts.first(where: { $0.ours == words[3] }) else {
      return name
    }
    return "blk.\(words[2]).\(part.inFile)\(ending)"
  }

  // MARK: Metadata

  func headCounts(
    in metadata: GGUFMetadata
  ) throws(ModelFileError) -> (query: Int, keyValue: Int) {
    let keys = GGUFKeys(metadata, prefix: name + ".")
    let heads = try keys.positive("attention.head_count")
    let keyValue =
      try keys.integer("attention.head_count_kv") == nil
      ? heads : try keys.positive("attention.head_count_kv")
    return (heads, keyValue)
  }

  /// Returns the configuration that a file's metadata and the shapes of its tensors state.
  func configuration(
    of weights: GGUFWeights, vocabulary: GGUFVocabulary
  ) throws(ModelFileError) -> ConfigurationFile {
    let metadata = weights.source.metadata
    let keys = GGUFKeys(metadata, prefix: name + ".")
    try keys.refuseOthers(than: ownKeys)
    let (heads, keyValueHeads) = try headCounts(in: metadata)
    let width = try keys.positive("embedding_length")
    let headSize = try keys.integer("attention.key_length") ?? (width / heads)
    let valueSize = try keys.integer("attention.value_length") ?? headSize
    guard headSize == valueSize else {
      throw ModelFileError(
        metadata.file,
        .unsupported("heads of values have size \(valueSize), those of keys \(headSize)"))
    }
    guard let embedding = weights.shapes["model.embed_tokens.weight"], embedding.count == 2 else {
      throw ModelFileError(metadata.file, .missingTensor("token_embd.weight"))
    }
    if let stated = try keys.integer("vocab_size"), stated != embedding[0] {
      throw keys.wrong(
        "vocab_size", expected: "the \(embedding[0]) rows of token_embd.weight", found: "\(stated)")
    }
    var members: [(String, JSONText)] = [
      ("model_type", .string(modelType)),
      ("hidden_size", .int(width)),
      ("num_hidden_layers", .int(try keys.positive("block_count"))),
      ("num_attention_heads", .int(heads)),
      ("num_key_value_heads", .int(keyValueHeads)),
      ("head_dim", .int(headSize)),
      ("intermediate_size", .int(try keys.positive("feed_forward_length"))),
      ("rms_norm_eps", .double(try keys.requiredNumber("attention.layer_norm_rms_epsilon"))),
      ("tie_word_embeddings", .bool(weights.shapes["lm_head.weight"] == nil)),
      ("max_position_embeddings", .int(try keys.positive("context_length"))),
      ("vocab_size", .int(embedding[0])),
      ("eos_token_id", .array(vocabulary.endTokens.map { .int(Int($0)) })),
    ]
    if let pad = vocabulary.padToken { members.append(("pad_token_id", .int(Int(pad)))) }
    members += try GGUFRotation.members(keys, headSize: headSize, weights)
    members += try self.members(keys, weights)
    return try ConfigurationFile(
      decoding: Data(JSONText.object(members).compact.utf8), file: metadata.file)
  }
}
