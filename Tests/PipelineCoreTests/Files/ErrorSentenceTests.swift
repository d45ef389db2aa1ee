import Foundation
import PipelineCore
import Testing

struct ErrorSentenceTests {
  private struct Row: Decodable {
    struct Part: Decodable { var correct: Bool }
    var split: String
    var length: Int
    var parts: [Part]
  }

  private func words(decoding text: String) -> String {
    do {
      _ = try JSONDecoder().decode(Row.self, from: Data(text.utf8))
      return "none"
    } catch {
      return error.inWords
    }
  }

  private func words(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "none"
    } catch {
      return error.inWords
    }
  }

  @Test func `what cannot be decoded is named as its writer knows it`() {
    #expect(words(decoding: "{}") == "'split' is missing")
    #expect(words(decoding: "{") == "it is not valid JSON")
    #expect(words(decoding: "[]") == "it should be an object")
    #expect(
      words(decoding: #"{"split": "a", "length": "x", "parts": []}"#)
        == "'length' should be a whole number")
    #expect(
      words(decoding: #"{"split": "a", "length": 1, "parts": [{"correct": "yes"}]}"#)
        == "'parts.0.correct' should be true or false")
    #expect(
      words(decoding: #"{"split": null, "length": 1, "parts": []}"#)
        == "'split' is null and should be text")
    #expect(
      words(decoding: #"{"split": "a", "length": 1, "parts": 7}"#) == "'parts' should be a list")
  }

  @Test func `what the file system refuses is told as the C library tells it`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-words-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("file")
    try Data().write(to: file)
    let missing = folder.appendingPathComponent("none/file")
    let sentences = [
      words { _ = try Data(contentsOf: missing) },
      words { try Data().write(to: missing) },
      words { try Data().write(to: missing, options: .atomic) },
      words { _ = try FileManager.default.contentsOfDirectory(atPath: missing.path) },
      words { try Data().write(to: file, options: .withoutOverwriting) },
      words {
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
      },
      words { try Data().write(to: file.appendingPathComponent("below")) },
    ]
    let expected = [
      "no such file", "no such file", "no such file", "no such file", "exists", "exists",
      "directory",
    ]
    for (sentence, part) in zip(sentences, expected) {
      #expect(sentence.contains(part), "\(sentence)")
      for raw in ["Domain", "Code=", "UserInfo", "CocoaError", "couldn", "could not be completed"] {
        #expect(!sentence.contains(raw), "\(sentence)")
      }
    }
  }

  @Test func `the C library's words are put into our sentences in lower case`() throws {
    let folder = try TemporaryFolder()
    let loop = folder.path + "loop"
    try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
    let refusal = Store.refusal(toRead: folder.url.appending(path: "loop"))
    #expect(
      refusal == .failed(doing: "look at", path: loop, reason: "too many levels of symbolic links"))
    try folder.write("", to: "file")
    let error = #expect(throws: UnreadableFile.self) {
      try DiskFiles().bytes(of: folder.path + "file/below")
    }
    #expect("\(try #require(error))" == "not a directory")
  }

  @Test func `errors of ours say it themselves`() {
    #expect(StageFailure("it is broken").inWords == "it is broken")
    #expect(StoreError.missing(path: "a").inWords == "'a' is missing")
    #expect(POSIXError(.ENOSPC).inWords == "no space left on device")
  }
}
