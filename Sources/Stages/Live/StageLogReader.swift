package import Foundation
package import PipelineCore

/// Reads the log of one stage as it grows, whether the stage is at work, was killed and goes on, or
/// is done. It sees every line once.
package struct StageLogReader {
  private let mostBytes: Int
  private var position = 0
  /// True if the rest that the store keeps beside a result was read.
  private var isAtEnd = false

  /// True if there was something to read. A log that the store keeps beside a result may be empty.
  package var hasRead: Bool { position > 0 || isAtEnd }

  /// - Parameter mostBytes: the most bytes that are read at once, so that a long log comes in
  ///   pieces.
  package init(mostBytes: Int = 4 << 20) { self.mostBytes = mostBytes }

  /// The complete lines that came since the last call. A line without its end is still being
  /// written, unless the stage is done.
  /// - Throws: `StoreError` if the log cannot be read.
  package mutating func news(of point: RunRecord.Point, in store: Store) throws -> [Data] {
    guard !isAtEnd, let key = point.key else { return [] }
    guard let digest = point.artifact else {
      let bytes = try store.liveLog(key, from: position, most: mostBytes)
      return wholeLines(of: bytes)
    }
    guard let file = StageKinds.builtIn[point.kind]?.logFile else {
      isAtEnd = true
      return try store.keptLog(key, from: position).lines
    }
    let log = try store.artifact(digest).read(file)
    let piece = Data(log.dropFirst(position).prefix(mostBytes))
    if position + piece.count < log.count { return wholeLines(of: piece) }
    isAtEnd = true
    return piece.lines
  }

  private mutating func wholeLines(of bytes: Data) -> [Data] {
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
      // A single line that fills a whole piece belongs to no log.
      if bytes.count == mostBytes { position += bytes.count }
      return []
    }
    let whole = bytes[...end]
    position += whole.count
    return Data(whole).lines
  }
}
