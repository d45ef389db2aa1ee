import Foundation
import ModelCore
import Testing

/// Folders written by transformers can be read, and the folders that we write for the same models
/// are frozen beside them. Reference/check_written.py shows that transformers opens ours and
/// computes the same.
@Suite struct ModelFolderReferenceTests {
  @Test(arguments: ReferenceModel.all)
  func `a folder that transformers wrote reads to the tensors in it`(
    reference: ReferenceModel
  ) throws {
    let weights = try NamedTensors(
      decoding: try reference.file("model.safetensors"), file: "model.safetensors")
    let folder = try reference.folder()
    #expect(folder.model.namedTensors == weights)
    #expect(folder.tokenizer.endToken == 1)
  }

  /// With RECORD_SNAPSHOTS=1 the files are written anew; run check_written.py afterwards.
  @Test(arguments: ReferenceModel.all)
  func `a folder that we write has the frozen configuration and the same tensors`(
    reference: ReferenceModel
  ) throws {
    let folder = try reference.folder()
    let files = Dictionary(
      uniqueKeysWithValues: ModelFolder.files(of: folder.model, tokenizer: folder.tokenizer)
        .map { ($0.path, $0.data) })
    let config = try #require(files["config.json"])
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try config.write(
        to: URL(filePath: #filePath).deletingLastPathComponent()
          .appending(path: "../Reference/\(reference.name)/written_config.json"))
    } else {
      let frozen = try reference.file("written_config.json")
      #expect(String(decoding: config, as: UTF8.self) == String(decoding: frozen, as: UTF8.self))
    }
    let again = try ModelFolder { path in try #require(files[path]) }
    #expect(again.model.configuration == folder.model.configuration)
    #expect(again.model.namedTensors == folder.model.namedTensors)
  }

  @Test func `a plan outside the families says that it is ours`() throws {
    for reference in ReferenceModel.all {
      let text = String(
        decoding: try reference.file("written_config.json"), as: UTF8.self)
      let isOurs = text.contains(#""model_type": "laconic""#)
      #expect(isOurs == reference.name.hasPrefix("laconic"), "\(reference)")
    }
  }
}
