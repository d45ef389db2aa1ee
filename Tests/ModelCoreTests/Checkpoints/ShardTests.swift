import Foundation
import ModelCore
import TensorCore
import Testing

/// Folders with weights in several files, as for larger models.
@Suite struct `A folder of shards` {
  private static let shards = [
    "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
  ]
  private static let index = "model.safetensors.index.json"
  private static let first = "model.embed_tokens.weight"

  /// A small model's files, with its weights divided into two shards.
  private struct Folder {
    var files: [String: Data]
    var parts: [[NamedTensor]]
    var places: [String: String]

    init() throws {
      let model = try smallModel()
      files = Dictionary(
        uniqueKeysWithValues: ModelFolder.files(
          of: model, tokenizer: try ModelFolderTests.tokenizer()
        ).map { ($0.path, $0.data) })
      files["model.safetensors"] = nil
      parts = [[], []]
      places = [:]
      for (number, tensor) in model.namedTensors.tensors.enumerated() {
        parts[number % 2].append(tensor)
        places[tensor.name] = shards[number % 2]
      }
    }

    func open() throws -> ModelFolder {
      var files = files
      for (shard, part) in zip(shards, parts) where files[shard] == nil {
        files[shard] = NamedTensors(part).encoded()
      }
      if files[index] == nil {
        files[index] = try JSONSerialization.data(
          withJSONObject: ["metadata": ["total_size": 1], "weight_map": places])
      }
      let present = files.filter { !$0.value.isEmpty }
      return try ModelFolder(files: present.keys.sorted()) { try #require(present[$0]) }
    }

    /// The error for the folder.
    func complaint(sourceLocation: SourceLocation = #_sourceLocation) -> String {
      let error = #expect(throws: ModelFileError.self, sourceLocation: sourceLocation) {
        try open()
      }
      return error?.description ?? ""
    }
  }

  @Test func `opens as the same model in one file does`() throws {
    let model = try smallModel()
    let read = try Folder().open().model
    for (mine, theirs) in zip(model.parameters, read.parameters) {
      #expect(mine.name == theirs.name)
      #expect(bits(mine.tensor.values) == bits(theirs.tensor.values))
    }
  }

  @Test func `gives way to a single file beside it`() throws {
    var folder = try Folder()
    folder.files["model.safetensors"] = try smallModel().namedTensors.encoded()
    folder.files[Self.index] = Data("not an index".utf8)
    _ = try folder.open()
  }

  @Test func `says which shard is missing`() throws {
    var folder = try Folder()
    folder.files[Self.shards[1]] = Data()  // an empty file stands for none
    #expect(folder.complaint() == "\(Self.index): the folder has no shard '\(Self.shards[1])'")
  }

  @Test(arguments: [
    "../model-00001-of-00002.safetensors", "/etc/passwd", "sub/model.safetensors",
    "..\\model.safetensors", "config.json", "", "a\nb.safetensors",
  ])
  func `never looks outside the folder`(shard: String) throws {
    var folder = try Folder()
    folder.places[Self.first] = shard
    #expect(
      folder.complaint()
        == "\(Self.index): shard '\(shard)' is not the name of a safetensors file in this folder")
  }

  @Test func `says which tensor is in no shard`() throws {
    var folder = try Folder()
    folder.places["model.norm.scale"] = Self.shards[0]
    #expect(
      folder.complaint()
        == "\(Self.index): tensor 'model.norm.scale' is not in shard '\(Self.shards[0])'")
  }

  @Test func `says which tensor the index leaves out or has elsewhere`() throws {
    var forgotten = try Folder()
    forgotten.places[Self.first] = nil
    let owner = try #require(try Folder().places[Self.first])
    let complaint = "\(owner): the index does not have tensor '\(Self.first)' in this shard"
    #expect(forgotten.complaint() == complaint)
    var swapped = try Folder()
    swapped.places[Self.first] = Self.shards.first { $0 != owner }
    #expect(swapped.complaint() == complaint)
  }

  @Test func `says which tensor is in two shards`() throws {
    var folder = try Folder()
    folder.parts[1].append(folder.parts[0][0])
    let name = folder.parts[0][0].name
    #expect(
      folder.complaint()
        == "\(Self.shards[1]): tensor '\(name)' is in shard '\(Self.shards[0])' too")
  }

  @Test func `names the shard that is damaged`() throws {
    var cut = try Folder()
    cut.files[Self.shards[1]] = NamedTensors(cut.parts[1]).encoded().dropLast(4)
    #expect(cut.complaint().hasPrefix("\(Self.shards[1]): the file is cut short"))
    var broken = try Folder()
    broken.parts[0][0].values[3] = .nan
    #expect(broken.complaint().hasPrefix("\(Self.shards[0]): tensor "))
    #expect(broken.complaint().hasSuffix("holds values that are not finite"))
  }

  @Test(arguments: ["", "[]", "{}", "{\"weight_map\": [1]}", "{\"weight_map\": {\"a\": 1}}"])
  func `needs an index that is one`(text: String) throws {
    var folder = try Folder()
    folder.files[Self.index] = Data((text + " ").utf8)
    #expect(
      folder.complaint().hasPrefix(
        text.isEmpty
          ? "\(Self.index): this is not valid JSON: line 1"
          : "\(Self.index): this is not an index of safetensors files"))
  }

  @Test func `needs an index of sane size that names something`() throws {
    var empty = try Folder()
    empty.files[Self.index] = Data("{\"weight_map\": {}}".utf8)
    #expect(empty.complaint() == "\(Self.index): the index names no tensor")
    var huge = try Folder()
    huge.files[Self.index] = Data(repeating: 0x20, count: (16 << 20) + 1)
    #expect(huge.complaint().hasPrefix("\(Self.index): the index has 16777217 bytes"))
  }

  @Test func `says which tensor of the model no shard has`() throws {
    var folder = try Folder()
    let gone = folder.parts[0].removeLast()
    folder.places[gone.name] = nil
    #expect(folder.complaint() == "\(Self.index): tensor '\(gone.name)' is missing")
  }
}
