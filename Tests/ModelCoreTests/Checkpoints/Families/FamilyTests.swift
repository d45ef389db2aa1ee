import Foundation
import ModelCore
import Testing

/// The `config.json` of published models, without the members that only other programs read.
private struct PublishedModel: CustomStringConvertible {
  let description: String
  /// The number of parameters that the weights' files have.
  let parameters: Int
  let config: String

  init(_ description: String, _ parameters: Int, _ config: String) {
    self.description = description
    self.parameters = parameters
    self.config = config
  }

  func parameterCount(_ change: (String) -> String = { $0 }) -> Int? {
    ModelFolder.sizes { _ in Data(change(config).utf8) }?.parameterCount
  }

  static let all = [
    PublishedModel(
      "SmolLM2-135M", 134_515_008,
      """
      {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
       "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 576,
       "initializer_range": 0.041666666666666664, "intermediate_size": 1536,
       "is_llama_config": true, "max_position_embeddings": 8192, "mlp_bias": false,
       "model_type": "llama", "num_attention_heads": 9, "num_hidden_layers": 30,
       "num_key_value_heads": 3, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
       "rope_interleaved": false, "rope_scaling": null, "rope_theta": 100000,
       "tie_word_embeddings": true, "torch_dtype": "bfloat16", "use_cache": true,
       "vocab_size": 49152}
      """),
    PublishedModel(
      "Llama-3.2-1B", 1_235_814_400,
      """
      {"attention_bias": false, "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009],
       "head_dim": 64, "hidden_act": "silu", "hidden_size": 2048, "intermediate_size": 8192,
       "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
       "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8,
       "pretraining_tp": 1, "rms_norm_eps": 1e-05,
       "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
        "original_max_position_embeddings": 8192, "rope_type": "llama3"},
       "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
       "vocab_size": 128256}
      """),
    PublishedModel(
      "Qwen2.5-0.5B", 494_032_768,
      """
      {"bos_token_id": 151643, "eos_token_id": 151645, "hidden_act": "silu", "hidden_size": 896,
       "intermediate_size": 4864, "max_position_embeddings": 32768, "max_window_layers": 21,
       "model_type": "qwen2", "num_attention_heads": 14, "num_hidden_layers": 24,
       "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
       "sliding_window": 32768, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
       "use_sliding_window": false, "vocab_size": 151936}
      """),
    PublishedModel(
      "DeepSeek-R1-Distill-Qwen-1.5B", 1_777_088_000,
      """
      {"bos_token_id": 151646, "eos_token_id": 151643, "hidden_act": "silu", "hidden_size": 1536,
       "intermediate_size": 8960, "max_position_embeddings": 131072, "max_window_layers": 21,
       "model_type": "qwen2", "num_attention_heads": 12, "num_hidden_layers": 28,
       "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_theta": 10000,
       "sliding_window": 4096, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
       "use_mrope": false, "use_sliding_window": false, "vocab_size": 151936}
      """),
    PublishedModel(
      "Qwen3-0.6B", 596_049_920,
      """
      {"attention_bias": false, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
       "hidden_size": 1024, "intermediate_size": 3072, "max_position_embeddings": 40960,
       "max_window_layers": 28, "model_type": "qwen3", "num_attention_heads": 16,
       "num_hidden_layers": 28, "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
       "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
       "tie_word_embeddings": true, "torch_dtype": "bfloat16", "use_sliding_window": false,
       "vocab_size": 151936}
      """),
    PublishedModel(
      "gemma-3-1b-it", 999_885_952,
      """
      {"attention_bias": false, "attn_logit_softcapping": null, "bos_token_id": 2,
       "cache_implementation": "hybrid", "eos_token_id": [1, 106],
       "final_logit_softcapping": null, "head_dim": 256,
       "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "intermediate_size": 6912,
       "max_position_embeddings": 32768, "model_type": "gemma3_text", "num_attention_heads": 4,
       "num_hidden_layers": 26, "num_key_value_heads": 1, "pad_token_id": 0,
       "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000,
       "rope_scaling": null, "rope_theta": 1000000, "sliding_window": 512,
       "sliding_window_pattern": 6, "torch_dtype": "bfloat16", "vocab_size": 262144}
      """),
  ]
}

@Suite struct `The families of models` {
  @Test(arguments: PublishedModel.all)
  fileprivate func `have the parameters of published models`(model: PublishedModel) {
    #expect(model.parameterCount() == model.parameters)
  }

  /// A feature that a family does not have is an error that names the member and its value.
  @Test(arguments: [
    ("gemma3_text", #""hidden_activation": "gelu""#, "hidden_activation is 'gelu', not"),
    (
      "gemma3_text", #""hidden_act": "gelu_pytorch_tanh""#,
      "'hidden_act' is given, where hidden_activation is read"
    ),
    ("gemma3_text", #""attention_bias": true"#, "attention_bias is set"),
    (
      "gemma3_text", #""use_bidirectional_attention": true"#, "use_bidirectional_attention is set"
    ),
    ("gemma3_text", #""attn_logit_softcapping": 50.0"#, "attn_logit_softcapping is 50.0"),
    ("gemma3_text", #""sliding_window_pattern": 0"#, "sliding_window_pattern is 0"),
    ("gemma3_text", #""query_pre_attn_scalar": null"#, "query_pre_attn_scalar is not given"),
    ("gemma3_text", #""sliding_window": null"#, "a sliding layer needs 'sliding_window'"),
    ("gemma3_text", #""num_attention_heads": 3"#, "3 heads do not divide a hidden size of 32"),
    (
      "gemma3_text", #""rope_parameters": {"rope_theta": 1e6}"#,
      "rope_parameters has 'rope_theta', which is not read"
    ),
    (
      "gemma3_text",
      #""rope_parameters": {"sliding_attention": {"rope_type": "linear", "factor": 2}}"#,
      "rope_parameters scales the rotation of sliding layers"
    ),
    (
      "gemma3_text",
      #""rope_parameters": {"sliding_attention": {"rope_theta": 5e3}}, "#
        + #""rope_local_base_freq": 1e4"#,
      "rope_parameters.sliding_attention.rope_theta is 5000.0, but rope_local_base_freq is "
        + "10000.0"
    ),
    (
      "llama",
      #""rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "#
        + #""high_freq_factor": 1, "original_max_position_embeddings": 64}"#,
      "high_freq_factor is 1.0, not above the low_freq_factor of 4.0"
    ),
    ("llama", #""hidden_activation": "silu""#, "'hidden_activation' is given, where hidden_act"),
    ("mistral", #""use_cache": true"#, "model_type is 'mistral'; 'llama', 'qwen2', 'qwen3',"),
  ])
  func `refuse what they do not do`(type: String, member: String, said: String) throws {
    let base = """
      "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "head_dim": 8,
      "num_key_value_heads": 2, "intermediate_size": 48, "vocab_size": 23, "sliding_window": 4,
      "query_pre_attn_scalar": 8
      """
    // A member that is changed is left out of the base.
    let name = try #require(member.split(separator: ":").first)
    let kept = base.split(separator: ",").filter { !$0.contains(name) }.joined(separator: ",")
    let text = #"{"model_type": "\#(type)", \#(kept), \#(member)}"#
    let error = #expect(throws: ModelFileError.self) {
      _ = try ModelDescription(files: ["config.json"]) { _, _ in (Data(text.utf8), text.utf8.count)
      }
    }
    #expect(error?.description.contains(said) == true, "\(String(describing: error))")
  }

  @Test func `show what a model's makers suggest for sampling`() throws {
    let model = try smallModel(convolution: false)
    var files = Dictionary(
      uniqueKeysWithValues: ModelFolder.files(
        of: model, tokenizer: try ModelFolderTests.tokenizer()
      ).map { ($0.path, $0.data) })
    files["generation_config.json"] = Data(
      #"{"eos_token_id": 1, "top_p": 0.95, "temperature": 0.60, "do_sample": true, "x": 1}"#.utf8)
    let description = try ModelDescription(files: files.keys.sorted()) { path, most in
      let data = try #require(files[path])
      return (data.prefix(most), data.count)
    }
    let lines = description.suggestions.map { "\($0.name) \($0.value)" }
    #expect(lines == ["do_sample true", "temperature 0.60", "top_p 0.95"])
  }
}
