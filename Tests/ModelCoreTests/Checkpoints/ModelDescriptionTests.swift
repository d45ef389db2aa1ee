import Foundation
import ModelCore
import TensorCore
import Testing

/// Reading only the headers of a folder reports the same as reading all of it, except errors in
/// values.
@Suite struct `A model folder's headers` {
  private static func files() throws -> [String: Data] {
    Dictionary(
      uniqueKeysWithValues: ModelFolder.files(
        of: try smallModel(convolution: false), tokenizer: try ModelFolderTests.tokenizer()
      ).map { ($0.path, $0.data) })
  }

  private static func describe(_ files: [String: Data]) throws -> ModelDescription {
    try ModelDescription(files: files.keys.sorted()) { path, most in
      let data = try #require(files[path])
      return (data.prefix(most), data.count)
    }
  }

  @Test func `say what model it is without a weight being read`() throws {
    let files = try Self.files()
    var most: [String: Int] = [:]
    let description = try ModelDescription(files: files.keys.sorted()) { path, count in
      let data = try #require(files[path])
      most[path] = max(most[path] ?? 0, min(count, data.count))
      return (data.prefix(count), data.count)
    }
    let whole = try ModelFolder { try #require(files[$0]) }
    #expect(description.configuration == whole.model.configuration)
    #expect(description.vocabularySize == whole.model.vocabularySize)
    #expect(description.tokenizer.fingerprint == whole.tokenizer.fingerprint)
    #expect(description.endTokens == [1])
    let size = try #require(files["model.safetensors"]?.count)
    #expect(try #require(most["model.safetensors"]) == size - 4 * whole.model.parameterCount)
  }

  /// Faults of a folder, each with its message.
  private static let faults: [(path: String, data: String?, said: String)] = [
    ("tokenizer.json", nil, "folder 'm' has no file 'tokenizer.json'"),
    ("config.json", nil, "folder 'm' has no file 'config.json'"),
    ("model.safetensors", nil, "folder 'm' has no file 'model.safetensors'"),
    (
      "config.json", "{",
      "folder 'm': config.json: this is not valid JSON: line 1: a name is missing"
    ),
    (
      "config.json", "[]", "folder 'm': config.json: this is not the config.json of a model we know"
    ),
    (
      "tokenizer.json", #"{"model": {"type": "Unigram"}}"#,
      "folder 'm': tokenizer.json:1:20: unknown model 'Unigram'; expected 'BPE', 'WordLevel'"
    ),
    ("tokenizer.json", "{}", "folder 'm': tokenizer.json: this is not a tokenizer.json"),
    (
      "generation_config.json", "?",
      "folder 'm': generation_config.json: this is not valid JSON: line 1"
    ),
    ("model.safetensors", "", "folder 'm': model.safetensors: the file is cut short"),
    ("model.safetensors", "garbage garbage", "folder 'm': model.safetensors: the header claims"),
  ]

  @Test(arguments: 0..<10) func `say what is wrong with a file`(index: Int) throws {
    let fault = Self.faults[index]
    var files = try Self.files()
    files[fault.path] = fault.data.map { Data($0.utf8) }
    let error = #expect(throws: ModelFileError.self) { _ = try Self.describe(files) }
    #expect(
      error?.sentence(folder: "m").hasPrefix(fault.said) == true, "\(String(describing: error))")
  }

  @Test func `say what is wrong with weights as reading them would`() throws {
    let model = try smallModel(convolution: false)
    let tensors = model.namedTensors
    let cases: [Data] = [
      tensors.encoded().dropLast(4), tensors.encoded() + Data([0]),
      NamedTensors(tensors.tensors.filter { $0.name != "model.norm.weight" }).encoded(),
      NamedTensors(tensors.tensors + [NamedTensor(name: "x", shape: [1], values: [0])]).encoded(),
      NamedTensors(
        tensors.tensors + [NamedTensor(name: "lm_head.weight", shape: [1], values: [0])]
      ).encoded(),
      NamedTensors(
        tensors.tensors.map {
          $0.name == "model.norm.weight"
            ? NamedTensor(name: $0.name, shape: [2, 16], values: $0.values) : $0
        }
      ).encoded(),
    ]
    for weights in cases {
      var files = try Self.files()
      files["model.safetensors"] = weights
      let whole = #expect(throws: ModelFileError.self) {
        try ModelFolder { try #require(files[$0]) }
      }
      let headers = #expect(throws: ModelFileError.self) { _ = try Self.describe(files) }
      #expect(headers == whole)
    }
  }
}
