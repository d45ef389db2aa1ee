import Fields
import Foundation
import PipelineCore

/// The bytes of a log, with the places of mistakes in them.
struct LogFile: Sendable {
  /// The name for messages.
  let name: String
  let bytes: Data

  /// The most bytes of a line before a mistake that a message keeps.
  private static let shownBytes = 64 << 10
  private static let newline = UInt8(ascii: "\n")

  /// Makes a diagnostic at a byte of the file.
  func mistake(_ message: String, atByte offset: Int, help: String? = nil) -> Diagnostic {
    let place = place(ofByte: offset)
    return Diagnostic(
      .error, message, at: SourceRange(line: place.line, column: place.column),
      in: SourceFile(name: name, line: place.text, number: place.line), help: help)
  }

  /// The line and column of a byte, and the part of the line that is shown.
  private func place(ofByte offset: Int) -> (line: Int, column: Int, text: String) {
    bytes.withUnsafeBytes { bytes in
      let offset = max(0, min(offset, bytes.count))
      var (line, start) = (1, 0)
      for place in 0..<offset where bytes[place] == Self.newline {
        line += 1
        start = place + 1
      }
      let column = bytes[start..<offset].count { $0 & 0xC0 != 0x80 } + 1
      guard offset - start <= Self.shownBytes else { return (line, column, "") }
      let rest = bytes[offset...].prefix(1024)
      let end = rest.firstIndex(of: Self.newline) ?? rest.endIndex
      return (line, column, String(decoding: bytes[start..<end], as: UTF8.self))
    }
  }

  /// The places of the lines that are not blank, without their ends.
  var lines: [Range<Int>] {
    bytes.withUnsafeBytes { bytes in
      var lines: [Range<Int>] = []
      var start = 0
      var isBlank = true
      for place in bytes.indices {
        switch bytes[place] {
        case Self.newline:
          if !isBlank { lines.append(start..<place) }
          (start, isBlank) = (place + 1, true)
        case 0x20, 0x09, 0x0D: break
        default: isBlank = false
        }
      }
      if !isBlank { lines.append(start..<bytes.count) }
      return lines
    }
  }

  /// Looks at a part of the bytes without making its values.
  func skim<Result>(
    _ range: Range<Int>, _ read: (inout JSONSkimmer) throws(JSONTextError) -> Result
  ) throws(JSONTextError) -> Result {
    // `withUnsafeBytes` does not keep the type of an error.
    let found: Swift.Result<Result, JSONTextError> = bytes.withUnsafeBytes { bytes in
      do throws(JSONTextError) {
        var skimmer = JSONSkimmer(bytes, in: range)
        return .success(try read(&skimmer))
      } catch {
        return .failure(error)
      }
    }
    return try found.get()
  }

  /// True if the file ends inside a line, as one does whose writer was interrupted.
  func endsInside(_ line: Range<Int>) -> Bool { line.upperBound == bytes.count }

  /// The form that is not text, with a hint; nil if the bytes may be JSON.
  var otherForm: (message: String, help: String)? {
    switch ForeignBytes(bytes) {
    case .zip?:
      (
        "the file is a zip archive, as inspect's '.eval' logs are",
        "write it as JSON: inspect log convert LOG.eval --to json --output-dir FOLDER"
      )
    case .parquet?:
      (
        "the file is Parquet, as data sets of logs on the Hugging Face Hub are",
        "take the JSON lines that the evaluation wrote"
      )
    case let other: other?.mistake
    }
  }
}
