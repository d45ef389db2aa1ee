import Foundation
package import PipelineCore

/// Stores the responses of `sample`, `eval` and `label`.
package enum ResponsesArtifact {
  package static let path = "responses.jsonl"

  package static func write(
    _ records: [ResponseRecord], to folder: any FolderWriter
  ) throws {
    try folder.write(JSONLines.encode(records.map(\.json)), to: path)
  }

  package static func read(_ artifact: any ArtifactReader) throws -> [ResponseRecord] {
    try JSONLines.decode(ResponseRecord.self, from: try artifact.read(path))
  }

  /// The complete records at some positions.
  package static func read(
    _ artifact: any ArtifactReader, at places: [Int]
  ) throws -> [ResponseRecord] {
    let lines = try artifact.read(path).lines
    return try places.flatMap { try JSONLines.decode(ResponseRecord.self, from: lines[$0]) }
  }

  /// The records without their tokens and the values per token, for metrics of many evaluations at
  /// once. Tokens take most of the time to decode and most of the memory.
  package static func readFigures(_ artifact: any ArtifactReader) throws -> [ResponseRecord] {
    let decoder = JSONDecoder()
    decoder.userInfo = [.skipsTokens: true]
    return try JSONLines.decode(
      ResponseRecord.self, from: try artifact.read(path), by: decoder)
  }
}
