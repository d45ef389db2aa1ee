import Foundation
import ModelCore
import TensorCore
import Testing

@Suite struct ModelFolderTests {
  static func tokenizer() throws -> WordTokenizer {
    let marks = ["<pad>", "<eos>", "<t>"]
    let letters = (0..<smallVocabularySize - marks.count).map { index in
      String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))
    }
    return try WordTokenizer(vocabulary: marks + letters, end: "<eos>", pad: "<pad>")
  }

  private struct NoSuchFile: Error {}

  private func folder(
    _ model: Transformer, change: (inout [String: Data]) throws -> Void = { _ in }
  ) throws -> ModelFolder {
    var files = Dictionary(
      uniqueKeysWithValues: ModelFolder.files(of: model, tokenizer: try Self.tokenizer())
        .map { ($0.path, $0.data) })
    try change(&files)
    return try ModelFolder { path in
      guard let data = files[path] else { throw NoSuchFile() }
      return data
    }
  }

  @Test(arguments: [false, true], [false, true])
  func `a folder reads back to the same model and writes the same bytes`(
    convolution: Bool, tied: Bool
  ) throws {
    let model = try smallModel(convolution: convolution, tied: tied)
    let read = try folder(model)
    #expect(read.model.configuration == model.configuration)
    #expect(read.model.vocabularySize == model.vocabularySize)
    #expect(read.tokenizer as? WordTokenizer == (try Self.tokenizer()))
    for (mine, theirs) in zip(model.parameters, read.model.parameters) {
      #expect(mine.name == theirs.name)
      #expect(bits(mine.tensor.values) == bits(theirs.tensor.values))
    }
    let again = ModelFolder.files(of: read.model, tokenizer: read.tokenizer)
    let first = ModelFolder.files(of: model, tokenizer: try Self.tokenizer())
    #expect(again.map(\.path) == ModelFolder.paths)
    #expect(again.map(\.data) == first.map(\.data))
  }

  @Test func `linear weights lie the other way round in files`() throws {
    let model = try smallModel()
    let name = "model.layers.0.mlp.gate_proj.weight"
    let parameter = try #require(model.parameters.first { $0.name == name })
    let file = try #require(model.namedTensors[name])
    #expect(parameter.tensor.shape == [32, 48])
    #expect(file.shape == [48, 32])
    #expect(file.values[5 * 32 + 7] == parameter.tensor.values[7 * 48 + 5])
  }

  /// The bytes are part of digests, so the format is fixed to the last space.
  @Test func `config json says Llama when there is no short convolution, else laconic`() throws {
    func config(convolution: Bool) throws -> String {
      let files = ModelFolder.files(
        of: try smallModel(convolution: convolution), tokenizer: try Self.tokenizer())
      return String(decoding: files[0].data, as: UTF8.self)
    }
    let common = """
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "intermediate_size": 48,
        "hidden_act": "silu",
        "tie_word_embeddings": true,
        "rms_norm_eps": 1e-06,
        "rope_theta": 10000.0,
        "attention_bias": false,
        "mlp_bias": false,
        "max_position_embeddings": 4096,
        "vocab_size": 23,
        "bos_token_id": null,
        "eos_token_id": 1,
        "pad_token_id": 0,
        "torch_dtype": "float32"
      """
    #expect(
      try config(convolution: false) == """
        {
          "architectures": [
            "LlamaForCausalLM"
          ],
          "model_type": "llama",
        \(common)
        }

        """)
    #expect(
      try config(convolution: true) == """
        {
          "architectures": [
            "LaconicForCausalLM"
          ],
          "model_type": "laconic",
        \(common),
          "short_conv": 4
        }

        """)
  }

  @Test func `a tensor that is missing, misshapen or a stranger is named`() throws {
    let model = try smallModel()
    func problem(_ change: (inout [NamedTensor]) -> Void) throws -> ModelFileError.Problem? {
      var tensors = model.namedTensors.tensors
      change(&tensors)
      let bytes = NamedTensors(tensors).encoded()
      let error = #expect(throws: ModelFileError.self) {
        try folder(model) { $0["model.safetensors"] = bytes }
      }
      return error?.problem
    }
    let name = "model.norm.weight"
    #expect(try problem { $0.removeAll { $0.name == name } } == .missingTensor(name))
    #expect(
      try problem { tensors in
        tensors.removeAll { $0.name == name }
        tensors.append(
          NamedTensor(name: name, shape: [2, 16], values: .init(repeating: 0, count: 32)))
      } == .wrongShape(tensor: name, expected: [32], found: [2, 16]))
    #expect(
      try problem { $0.append(NamedTensor(name: "extra", shape: [1], values: [0])) }
        == .unexpectedTensor("extra"))
  }

  private func read(_ model: Transformer, with extra: NamedTensor) throws -> ModelFolder {
    try folder(model) {
      $0["model.safetensors"] = NamedTensors(model.namedTensors.tensors + [extra]).encoded()
    }
  }

  private static let frequencies = "model.layers.0.self_attn.rotary_emb.inv_freq"

  @Test func `tensors that follow from others are passed over where they do`() throws {
    let model = try smallModel()
    let head = NamedTensor(name: "lm_head.weight", model.lmHead)
    #expect(try read(model, with: head).model.namedTensors == model.namedTensors)
    for values: [Float] in [[1, 0.1, 0.01, 0.001], [1, 0.10009765625, 0.010009765625, 0.001]] {
      let frequencies = NamedTensor(name: Self.frequencies, shape: [4], values: values)
      #expect(try read(model, with: frequencies).model.namedTensors == model.namedTensors)
    }
  }

  @Test func `a tensor that should follow from others and does not is refused`() throws {
    let model = try smallModel()
    func complaint(_ name: String, _ shape: [Int], _ values: [Float]) -> String {
      let error = #expect(throws: ModelFileError.self) {
        try read(model, with: NamedTensor(name: name, shape: shape, values: values))
      }
      return error?.description ?? ""
    }
    var head = model.lmHead.values
    head[5] += 1
    #expect(
      complaint("lm_head.weight", [23, 32], head)
        == "model.safetensors: tie_word_embeddings is set, but tensor 'lm_head.weight' is another "
        + "than the embedding")
    #expect(
      complaint("lm_head.weight", [1], [0]).contains("has shape [1], the model needs [23, 32]"))
    // Frequencies for the base 500 000.
    #expect(
      complaint(Self.frequencies, [4], [1, 0.0376, 0.00141, 5.3e-5])
        .contains("is not what rope_theta, 10000.0, gives"))
    #expect(complaint(Self.frequencies, [2], [1, 0.1]).contains("has shape [2]"))
  }

  private static let llama = """
    {"model_type": "llama", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
     "num_key_value_heads": 2, "intermediate_size": 48, "vocab_size": 23,
     "tie_word_embeddings": true, "eos_token_id": [1, 2]
    """

  @Test func `a config of another program fills in Llama's defaults`() throws {
    let model = try smallModel(convolution: false)
    let read = try folder(model) { $0["config.json"] = Data((Self.llama + "}").utf8) }
    #expect(read.model.configuration == model.configuration)
    #expect(read.tokenizer.endToken == 1)
    #expect(read.tokenizer.padToken == nil)
    // transformers writes the base here since version 5.
    let rotary = #", "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0}}"#
    let newer = try folder(model) { $0["config.json"] = Data((Self.llama + rotary).utf8) }
    #expect(newer.model.configuration.rotaryTheta == 500_000)
  }

  /// The error for a Llama's config.json with additional members.
  private func complaint(_ members: String, _ kind: String = "llama") -> String {
    let error = #expect(throws: ModelFileError.self) {
      try folder(smallModel(convolution: false)) {
        $0["config.json"] = Data((Self.llama + members + "}").utf8)
      }
    }
    return error?.description.replacing("config.json: ", with: "") ?? ""
  }

  @Test(arguments: [
    (#", "rope_parameters": {"rope_theta": 5e5}"#, 500_000),
    (#", "rope_theta": 100"#, 100),
    (
      #", "rope_theta": 5e5, "rope_parameters": {"rope_theta": 500000.0, "type": "default"}"#,
      500_000
    ),
    (#", "rope_scaling": {"type": "default"}, "rope_theta": 7"#, 7),
    (#", "rope_scaling": null, "rope_parameters": {"rope_theta": 9, "factor": null}"#, 9),
  ])
  func `the base of rotation is read from every place that it is written in`(
    members: String, base: Double
  ) throws {
    let read = try folder(smallModel(convolution: false)) {
      $0["config.json"] = Data((Self.llama + members + "}").utf8)
    }
    #expect(read.model.configuration.rotaryTheta == base)
  }

  @Test(arguments: [
    (
      #", "rope_theta": 100, "rope_parameters": {"rope_theta": 500000.0}"#,
      "rope_parameters.rope_theta is 500000.0, but rope_theta is 100.0"
    ),
    (
      #", "rope_parameters": {"type": "dynamic", "factor": 2, "rope_theta": 1e4}"#,
      "rope_type is 'dynamic' in rope_parameters; 'default', 'linear', 'llama3', 'yarn' are read"
    ),
    (
      #", "rope_parameters": {"rope_type": "yarn", "factor": 2}"#,
      "rope_type 'yarn' needs 'original_max_position_embeddings'"
    ),
    (
      #", "rope_scaling": {"type": "linear", "factor": 0.5}"#,
      "factor is 0.5; 1.0 to 1000000.0 is possible"
    ),
    (
      #", "rope_scaling": {"type": "linear", "factor": 2}, "rope_parameters": {"type": "default"}"#,
      "rope_parameters and rope_scaling differ"
    ),
    (
      #", "rope_scaling": {"type": "linear", "factor": 2, "low_freq_factor": 1}"#,
      "rope_scaling has 'low_freq_factor', which is not read"
    ),
    (#", "rope_theta": 1e13"#, "rope_theta is 10000000000000.0; 1 to 1e12 is possible"),
    (#", "final_logit_softcapping": 30.0"#, "final_logit_softcapping is 30.0, which is not read"),
    (#", "num_experts": 8"#, "num_experts is 8, which is not read"),
    (#", "rope_interleaved": true"#, "rope_interleaved is set"),
    (#", "residual_multiplier": 0.22"#, "residual_multiplier is 0.22, which is not read"),
    (
      #", "rope_scaling": {"rope_type": "default", "type": "yarn"}"#,
      "rope_scaling has the rope_type 'default' and the type 'yarn'"
    ),
    (#", "rope_scaling": {"factor": 2}"#, "rope_scaling is set"),
    (
      #", "rope_parameters": {"factor": 2, "rope_theta": 1e4}"#,
      "rope_parameters has 'factor', which is not read"
    ),
    (
      #", "rope_parameters": {"full_attention": {"rope_theta": 1e4}}"#,
      "rope_parameters has 'full_attention', which is not read"
    ),
    (#", "partial_rotary_factor": 0.5"#, "partial_rotary_factor is 0.5"),
    (
      #", "rms_norm_eps": 1e-6, "norm_eps": 1e-5"#,
      "rms_norm_eps is 1e-6, but 'norm_eps' says 1e-5"
    ),
    (#", "layer_norm_eps": 1e-5"#, "'layer_norm_eps' is given, where rms_norm_eps is read"),
    (#", "head_dim": 8, "head_size": 16"#, "head_dim is 8, but 'head_size' says 16"),
    (
      #", "tie_embeddings": false"#, "tie_word_embeddings is true, but 'tie_embeddings' says false"
    ),
    (
      #", "torch_dtype": "float32", "dtype": "bfloat16""#,
      #"torch_dtype is "float32", but 'dtype' says "bfloat16""#
    ),
    (#", "hidden_size": 64"#, "this is not valid JSON: line 3: duplicate member 'hidden_size'"),
    (#", "quantization_config": {"bits": 4}"#, "quantization_config is set"),
    (#", "max_position_embeddings": 0"#, "max_position_embeddings is 0"),
    (#", "rope_theta": "ten""#, "'rope_theta' has a value of the wrong type"),
  ])
  func `a member that is written twice, or under another name, never passes silently`(
    members: String, said: String
  ) {
    #expect(complaint(members).contains(said), "\(complaint(members))")
  }

  @Test func `one name of a member's two is enough`() throws {
    for members in [#", "dtype": "float32""#, #", "hiddenSize": 64"#, #", "num_heads": 4"#] {
      _ = try folder(smallModel(convolution: false)) {
        $0["config.json"] = Data((Self.llama + members + "}").utf8)
      }
    }
  }

  @Test func `a member that is missing is named`() throws {
    #expect(
      try #require(
        #expect(throws: ModelFileError.self) {
          try folder(smallModel(convolution: false)) {
            $0["config.json"] = Data(
              Self.llama.replacing(#""hidden_size": 32, "#, with: "").appending("}").utf8)
          }
        }
      ).description.hasSuffix("'hidden_size' is missing"))
  }

  @Test func `what is no JSON is said with its line`() {
    for (path, text, said) in [
      (
        "config.json", "{\n\"a\": 1,\n}",
        "config.json: this is not valid JSON: line 3: a name is missing"
      ),
      (
        "tokenizer.json", "{\"a\" 1}",
        "tokenizer.json: this is not valid JSON: line 1: a colon is missing"
      ),
    ] {
      let error = #expect(throws: ModelFileError.self) {
        try folder(smallModel()) { $0[path] = Data(text.utf8) }
      }
      #expect(error?.description == said)
    }
  }

  @Test func `how long a sequence may be is kept, and nothing limits a model of ours`() throws {
    let model = try smallModel(convolution: false)
    #expect(try folder(model).model.configuration.contextLength == nil)
    for limit in [64, 4096] {
      let text = Self.llama + ", \"max_position_embeddings\": \(limit)}"
      let read = try folder(model) { $0["config.json"] = Data(text.utf8) }.model
      #expect(read.configuration.contextLength == limit)
      #expect(read.copy().configuration.contextLength == limit)
      let again = try folder(read).model
      #expect(again.configuration == read.configuration)
      let files = ModelFolder.files(of: again, tokenizer: try Self.tokenizer())
      let written = String(decoding: files[0].data, as: UTF8.self)
      #expect(written.contains("\"max_position_embeddings\": \(limit)\n"))
      #expect(written.ranges(of: "max_position_embeddings").count == 1)
    }
  }

  @Test func `where responses end is read from both files that say so`() throws {
    let model = try smallModel(convolution: false)
    func ends(_ config: String, generation: String?) throws -> [Int32] {
      var files = Dictionary(
        uniqueKeysWithValues: ModelFolder.files(of: model, tokenizer: try Self.tokenizer())
          .map { ($0.path, $0.data) })
      files["config.json"] = Data(
        Self.llama.replacing("[1, 2]", with: config).appending("}").utf8)
      files["generation_config.json"] = generation.map { Data($0.utf8) }
      return try ModelFolder(files: files.keys.sorted()) { try #require(files[$0]) }.endTokens
    }
    #expect(try ends("[1, 2]", generation: nil) == [1, 2])
    #expect(try ends("1", generation: #"{"eos_token_id": [1, 5], "temperature": 0.6}"#) == [1, 5])
    #expect(try ends("null", generation: #"{"eos_token_id": 3}"#) == [3])
    #expect(try ends("null", generation: "{}") == [])
    let error = #expect(throws: ModelFileError.self) { try ends("1", generation: "{") }
    #expect(error?.file == "generation_config.json")
  }

  @Test(arguments: [
    #","model_type": "gpt2"}"#, #","hidden_act": "gelu"}"#, #","attention_bias": true}"#,
    #","mlp_bias": true}"#, #","head_dim": 15}"#, #","rope_scaling": {"rope_type": "llama3"}}"#,
    #","rope_parameters": {"rope_type": "yarn", "rope_theta": 1}}"#,
    #","rope_parameters": {"rope_theta": 1, "partial_rotary_factor": 0.5}}"#,
    #","rms_norm_eps": 0}"#, #","rope_theta": -1}"#, #","short_conv": 0}"#,
    #","short_conv": 9223372036854775807}"#, "",
  ])
  func `a config that asks for what we lack is refused`(addition: String) throws {
    // The first of two equal members would count, so it is removed here.
    var text = Self.llama
    if addition.contains("model_type") {
      text = text.replacing(#""model_type": "llama", "#, with: "")
    }
    // `short_conv` is our own member, which a Llama does not read.
    if addition.contains("short_conv") { text = text.replacing("llama", with: "laconic") }
    let error = #expect(throws: ModelFileError.self) {
      try folder(smallModel(convolution: false)) {
        $0["config.json"] = Data((text + addition).utf8)
      }
    }
    #expect(error?.file == "config.json")
  }

  @Test(arguments: [
    ("hidden_size\": 32", "hidden_size\": 0"), ("hidden_size\": 32", "hidden_size\": -32"),
    ("num_hidden_layers\": 2", "num_hidden_layers\": 1000000"),
    ("num_attention_heads\": 4", "num_attention_heads\": 5"),
    ("num_attention_heads\": 4", "num_attention_heads\": 0"),
    ("num_key_value_heads\": 2", "num_key_value_heads\": 3"),
    ("vocab_size\": 23", "vocab_size\": 0"), ("vocab_size\": 23", "vocab_size\": 7"),
    ("vocab_size\": 23", "vocab_size\": 1e99"),
    ("eos_token_id\": [1, 2]", "eos_token_id\": 99"),
  ])
  func `numbers that make no model are refused`(old: String, new: String) throws {
    let text = Self.llama.replacing(old, with: new) + "}"
    #expect(text != Self.llama + "}")
    #expect(throws: ModelFileError.self) {
      try folder(smallModel(convolution: false)) { $0["config.json"] = Data(text.utf8) }
    }
  }

  private func configuration(_ kind: String, _ members: String) throws -> ModelConfiguration {
    let text = Self.llama.replacing("llama", with: kind) + members + "}"
    // The weights must fit, but this test is only about config.json.
    var shape = smallConfiguration(convolution: false, tied: true)
    shape.hasQueryKeyValueBias = kind == "qwen2"
    shape.normalizesHeads = kind == "qwen3"
    if kind == "qwen3", !members.contains("head_dim") { shape.headDimension = 128 }
    return try folder(try smallModel(shape)) { $0["config.json"] = Data(text.utf8) }
      .model.configuration
  }

  @Test func `which layers slide is read from either of Qwen's ways to say it`() throws {
    let window = #","use_sliding_window": true, "sliding_window": 7, "head_dim": 8"#
    let types = #","layer_types": ["sliding_attention", "full_attention"]"#
    for kind in ["qwen2", "qwen3"] {
      #expect(try configuration(kind, window + types).layerPlan == ["sliding", "full"])
      let last = try configuration(kind, window + #","max_window_layers": 1"#)
      #expect(last.layerPlan == ["full", "sliding"])
      #expect(last.slidingWindow == 7)
      let none = try configuration(kind, window + #","max_window_layers": 2"#)
      #expect(none.layerPlan == ["full", "full"])
      #expect(none.slidingWindow == nil)
      // Most files of the family have a window that is stated but not used.
      let unused = #","use_sliding_window": false, "sliding_window": 7, "max_window_layers": 0"#
      #expect(try configuration(kind, unused).slidingWindow == nil)
    }
    #expect(try configuration("qwen3", "").headSize == 128)
  }

  @Test(arguments: [
    (#","layer_types": ["linear_attention", "full_attention"]"#, "layer_types names"),
    (#","layer_types": ["full_attention"]"#, "layer_types has 1 entries for 2 layers"),
    (
      #","layer_types": ["sliding_attention", "full_attention"]"#,
      "a sliding layer needs 'sliding_window'"
    ),
    (#","use_sliding_window": true"#, "sliding_window is not given"),
    (#","attention_bias": true, "head_dim": 8"#, "attention_bias is set"),
  ])
  func `a Qwen that cannot be read exactly is refused`(members: String, reason: String) throws {
    let error = #expect(throws: ModelFileError.self) { try configuration("qwen3", members) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func `what cannot be read is the caller's error`() throws {
    #expect(throws: NoSuchFile.self) {
      try folder(smallModel()) { $0["tokenizer.json"] = nil }
    }
  }
}
