import Foundation

/// The forms of files, known by their first bytes, that are taken for text by mistake.
enum ForeignBytes {
  case utf16, compressed, zip, parquet

  /// - Returns: nil for bytes that may be text.
  init?(_ bytes: Data) {
    let beginnings: [(form: ForeignBytes, bytes: [UInt8])] = [
      (.utf16, [0xFF, 0xFE]), (.utf16, [0xFE, 0xFF]), (.compressed, [0x1F, 0x8B]),
      (.compressed, [0x28, 0xB5, 0x2F, 0xFD]), (.zip, Array("PK\u{3}\u{4}".utf8)),
      (.parquet, Array("PAR1".utf8)),
    ]
    guard let found = beginnings.first(where: { bytes.starts(with: $0.bytes) }) else { return nil }
    self = found.form
  }

  /// The mistake and a hint, for a file of data.
  var mistake: (message: String, help: String) {
    switch self {
    case .utf16: ("the file is UTF-16", "save it as UTF-8")
    case .compressed: ("the file is compressed", "unpack it first")
    case .zip:
      ("the file is a zip archive, as spreadsheets are", "save it as CSV, or unpack it")
    case .parquet: ("the file is Parquet", "save it as JSON lines")
    }
  }
}
