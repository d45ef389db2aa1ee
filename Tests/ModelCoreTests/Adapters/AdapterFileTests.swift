import Foundation
import ModelCore
import TensorCore
import Testing

/// Adapters from outside are hostile files until they have been read.
@Suite struct `The files of an adapter` {
  private static let reference = ReferenceAdapter.all[0]

  /// The error of an adapter whose configuration was changed.
  private static func problem(
    replacing old: String, with new: String
  ) throws -> String {
    let text = String(decoding: try reference.file(AdapterFile.path), as: UTF8.self)
    #expect(text.contains(old), "\(old)")
    let changed = Data(text.replacing(old, with: new).utf8)
    let error = #expect(throws: ModelFileError.self) {
      try reference.model(replacing: [AdapterFile.path: changed])
    }
    return error?.description ?? "none"
  }

  @Test(arguments: [
    ("\"use_dora\": false", "\"use_dora\": true", "use_dora is true, which is not read"),
    ("\"bias\": \"none\"", "\"bias\": \"all\"", "bias is 'all'; 'none' is read"),
    (
      "\"modules_to_save\": null", "\"modules_to_save\": [\"lm_head\"]",
      "modules_to_save is [\"lm_head\"], which is not read"
    ),
    (
      "\"rank_pattern\": {}", "\"rank_pattern\": {\"q_proj\": 2}",
      "rank_pattern is {\"q_proj\":2}, which is not read"
    ),
    ("\"LORA\"", "\"IA3\"", "peft_type is 'IA3'; 'LORA' is read"),
    (
      "\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa\"",
      "init_lora_weights is 'pissa', which changes the base; save the adapter converted to plain "
        + "LoRA"
    ),
    ("\"r\": 4", "\"r\": 0", "r is 0; 1 to 4096 is possible"),
    (
      "\"lora_alpha\": 8", "\"lora_alpha\": -1",
      "lora_alpha is -1.0; above 0, at most 1e6 is possible"
    ),
    (
      "\"lora_dropout\": 0.0", "\"lora_dropout\": 1.0",
      "lora_dropout is 1.0; at least 0, below 1 is possible"
    ),
    (
      "\"q_proj\"", "\"q_prj\"",
      "target_modules: unknown module 'q_prj' of the model; did you mean 'q_proj'?"
    ),
    (
      "\"lora_alpha\": 8", "\"lora_alpha\": \"8\"",
      "this is not the adapter_config.json of a LoRA adapter: 'lora_alpha' has a value of "
        + "the wrong type"
    ),
    ("\"use_qalora\": false", "\"use_new\": 3", "use_new is 3, which is not read"),
  ])
  func `are refused where they ask for something else`(
    old: String, new: String, message: String
  ) throws {
    #expect(
      try Self.problem(replacing: old, with: new) == "adapter_config.json: \(message)")
  }

  @Test func `must have the tensors that the configuration says`() throws {
    #expect(
      try Self.problem(replacing: "\"r\": 4", with: "\"r\": 8")
        == "adapter_model.safetensors: tensor 'base_model.model.model.layers.0.self_attn.q_proj."
        + "lora_A.weight' has rank 4, and r is 8 in adapter_config.json")
    #expect(
      try Self.problem(replacing: "\"q_proj\"", with: "\"o_proj\"")
        == "adapter_model.safetensors: tensor 'base_model.model.model.layers.0.self_attn.o_proj."
        + "lora_A.weight' is missing")
    #expect(
      try Self.problem(replacing: "\"q_proj\",", with: "")
        == "adapter_model.safetensors: tensor 'base_model.model.model.layers.0.self_attn.q_proj."
        + "lora_A.weight' does not belong to this model")
  }

  @Test func `need a base`() throws {
    let error = #expect(throws: ModelFileError.self) {
      try ModelFolder(files: ReferenceAdapter.files) { try Self.reference.file($0) }
    }
    #expect(error?.description.contains("write 'base: FOLDER' beside 'checkpoint'") == true)
    let damaged = #expect(throws: ModelFileError.self) {
      try Self.reference.model(replacing: ["base/config.json": Data("{".utf8)])
    }
    #expect(damaged?.file == "base/config.json")
    let pickled = #expect(throws: ModelFileError.self) {
      try ModelFolder(
        files: [AdapterFile.path, "adapter_model.bin"] + ReferenceAdapter.baseFiles
      ) { try Self.reference.file($0) }
    }
    #expect(pickled?.description.contains("'adapter_model.bin' is not read instead") == true)
  }

  @Test func `hold finite values`() throws {
    var tensors = try NamedTensors(
      decoding: try Self.reference.file(AdapterFolder.weights), file: "given"
    ).tensors
    tensors[0].values[3] = .nan
    let error = #expect(throws: ModelFileError.self) {
      try Self.reference.model(replacing: [
        AdapterFolder.weights: NamedTensors(tensors).encoded()
      ])
    }
    #expect(error?.description.contains("holds values that are not finite") == true)
  }

  /// Any damage is an error or another adapter, never a crash.
  @Test func `may be damaged at any byte`() throws {
    for path in ReferenceAdapter.files {
      let bytes = try Self.reference.file(path)
      var stream = RandomStream(seed: 3, purpose: path)
      for _ in 0..<150 {
        var changed = bytes
        for _ in 0..<stream.int(in: 1...3) {
          let most = path == AdapterFile.path ? bytes.count : min(bytes.count, 900)
          changed[stream.int(in: 0...most - 1)] = UInt8(stream.int(in: 0...255))
        }
        if stream.int(in: 0...3) == 0 {
          changed = changed.prefix(stream.int(in: 0...bytes.count))
        }
        do {
          _ = try Self.reference.model(replacing: [path: Data(changed)])
        } catch is ModelFileError {
          continue
        }
      }
    }
  }

  @Test func `are described from their headers`() throws {
    func describe(_ replaced: [String: Data] = [:]) throws -> ModelDescription {
      try ModelDescription(files: ReferenceAdapter.files + ReferenceAdapter.baseFiles) {
        path, most in
        let bytes = try replaced[path] ?? Self.reference.file(path)
        return (bytes.prefix(most), bytes.count)
      }
    }
    let description = try describe()
    let model = try Self.reference.model()
    #expect(description.adapter == model.adapter)
    #expect(description.configuration == model.configuration)
    let text = String(decoding: try Self.reference.file(AdapterFile.path), as: UTF8.self)
    #expect(throws: ModelFileError.self) {
      try describe([AdapterFile.path: Data(text.replacing("\"r\": 4", with: "\"r\": 5").utf8)])
    }
  }
}
