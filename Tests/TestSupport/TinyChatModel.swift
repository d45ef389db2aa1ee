package import Foundation

/// A model of the Qwen2 family as a Hugging Face folder, so small that a test makes it: 2 layers,
/// 32 wide, random weights, a byte-level BPE tokenizer of a few hundred tokens and a ChatML
/// template. It has everything that stages read of a published model, and knows nothing.
package struct TinyChatModel {
  package var seed: UInt64 = 1
  /// The variables of the shape, by their names in `config.json`.
  package var hiddenSize = 32
  package var layers = 2
  package var maxPositionEmbeddings = 1024

  package init() {}

  /// Writes the folder and returns it.
  @discardableResult
  package func write(to folder: URL) throws -> URL {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, data) in files { try data.write(to: folder.appendingPathComponent(name)) }
    return folder
  }

  /// The files by name.
  package var files: [String: Data] {
    [
      "config.json": Data(configuration.utf8),
      "generation_config.json": Data(generation.utf8),
      "tokenizer.json": Data(TinyTokenizer.json.utf8),
      "tokenizer_config.json": Data(TinyTokenizer.configuration.utf8),
      "model.safetensors": weights,
    ]
  }

  /// Rows of the embedding: more than there are tokens, as in published models.
  package static let vocabularySize = (TinyTokenizer.tokens.count + 15) / 16 * 16

  private static let heads = 4
  private static let keyValueHeads = 2
  private var intermediateSize: Int { hiddenSize * 3 / 2 }
  private var headSize: Int { hiddenSize / Self.heads }

  private var configuration: String {
    """
    {
      "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_act": "silu",
      "hidden_size": \(hiddenSize), "intermediate_size": \(intermediateSize),
      "num_hidden_layers": \(layers), "num_attention_heads": \(Self.heads),
      "num_key_value_heads": \(Self.keyValueHeads), "rms_norm_eps": 1e-06,
      "rope_theta": 10000.0, "max_position_embeddings": \(maxPositionEmbeddings),
      "use_sliding_window": false, "tie_word_embeddings": true, "torch_dtype": "float32",
      "bos_token_id": \(TinyTokenizer.endOfText), "eos_token_id": \(TinyTokenizer.endOfTurn),
      "vocab_size": \(Self.vocabularySize)
    }

    """
  }

  private var generation: String {
    """
    {
      "bos_token_id": \(TinyTokenizer.endOfText), "pad_token_id": \(TinyTokenizer.endOfText),
      "eos_token_id": [\(TinyTokenizer.endOfTurn), \(TinyTokenizer.endOfText)],
      "do_sample": true, "temperature": 0.7
    }

    """
  }

  // MARK: Weights

  /// Each tensor with its shape and its numbers' standard deviation; of a norm all are 1.
  private var tensors: [(name: String, shape: [Int], deviation: Float?)] {
    let (wide, narrow) = (hiddenSize, Self.keyValueHeads * headSize)
    let scale = 1 / Float(wide).squareRoot()
    return [("model.embed_tokens.weight", [Self.vocabularySize, wide], 0.3)]
      + (0..<layers).flatMap { layer -> [(name: String, shape: [Int], deviation: Float?)] in
        let parts: [(String, [Int], Float?)] = [
          ("input_layernorm.weight", [wide], nil),
          ("post_attention_layernorm.weight", [wide], nil),
          ("self_attn.q_proj.weight", [wide, wide], scale),
          ("self_attn.q_proj.bias", [wide], 0.05),
          ("self_attn.k_proj.weight", [narrow, wide], scale),
          ("self_attn.k_proj.bias", [narrow], 0.05),
          ("self_attn.v_proj.weight", [narrow, wide], scale),
          ("self_attn.v_proj.bias", [narrow], 0.05),
          ("self_attn.o_proj.weight", [wide, wide], scale),
          ("mlp.gate_proj.weight", [intermediateSize, wide], scale),
          ("mlp.up_proj.weight", [intermediateSize, wide], scale),
          ("mlp.down_proj.weight", [wide, intermediateSize], scale),
        ]
        return parts.map { ("model.layers.\(layer).\($0)", $1, $2) }
      } + [("model.norm.weight", [wide], nil)]
  }

  private var weights: Data {
    var random = SeededRandom(seed)
    var (entries, values) = ([#""__metadata__":{"format":"pt"}"#], Data())
    for (name, shape, deviation) in tensors {
      let start = values.count
      for index in 0..<shape.reduce(1, *) {
        // The sum of four uniform numbers is close enough to a normal one.
        let sum = (0..<4).reduce(Float(0)) { sum, _ in sum + .random(in: -1..<1, using: &random) }
        var value = deviation.map { $0 * sum * Float(0.75).squareRoot() } ?? 1
        // Ends of turns have a longer row, so that some responses end by themselves.
        if shape.count == 2, shape[0] == Self.vocabularySize,
          index / shape[1] == TinyTokenizer.endOfTurn
        {
          value *= 2
        }
        withUnsafeBytes(of: value.bitPattern.littleEndian) { values.append(contentsOf: $0) }
      }
      let sizes = shape.map(String.init).joined(separator: ",")
      entries.append(
        #""\#(name)":{"dtype":"F32","shape":[\#(sizes)],"#
          + #""data_offsets":[\#(start),\#(values.count)]}"#
      )
    }
    var header = "{" + entries.joined(separator: ",") + "}"
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var file = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { file.append(contentsOf: $0) }
    return file + Data(header.utf8) + values
  }
}
