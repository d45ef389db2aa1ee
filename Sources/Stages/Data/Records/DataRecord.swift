import Fields
import PipelineCore

/// One problem's record in a data file: its members, and where they are written.
struct DataRecord {
  /// An object; the members of a row of cells are texts.
  let members: JSONText
  /// The offset in the file at which the record begins, in bytes.
  let start: Int
  /// The line of the file in which the record begins, from 1.
  let line: Int
  let source: any RecordSource

  /// Makes a diagnostic for a mistake at a member, or at a scalar of its text.
  func mistake(
    _ message: String, at member: [String], scalar: Int? = nil, help: String? = nil
  ) -> Diagnostic {
    let place = source.place(of: member, scalar: scalar)
    return Diagnostic(.error, message, at: place.range, in: place.file, help: help)
  }

  func mistake(_ mistake: DataRow.Mistake) -> Diagnostic {
    guard let member = mistake.member else {
      let place = source.place(ofMissing: mistake.nearest)
      return Diagnostic(
        .error, mistake.message, at: place.range, in: place.file, help: mistake.help)
    }
    return self.mistake(
      mistake.message, at: member, scalar: mistake.place, help: mistake.help)
  }
}

/// A place in a file, with the line that a message shows.
typealias RecordPlace = (range: SourceRange, file: SourceFile)

/// The text of a record, which knows where its members are written.
protocol RecordSource {
  /// True for a row of cells, whose members are all texts and are named by a header.
  var isRow: Bool { get }
  /// The place of a member, or of a scalar of its text; that of the record without such a member.
  func place(of member: [String], scalar: Int?) -> RecordPlace
  /// The place at which a missing member is told.
  /// - Parameter nearest: a member of a similar name.
  func place(ofMissing nearest: String?) -> RecordPlace
}

extension ObjectLine: RecordSource {
  var isRow: Bool { false }

  func place(of member: [String], scalar: Int?) -> RecordPlace {
    place(scalar.map { column(ofScalar: $0, in: member) } ?? column(of: member))
  }

  func place(ofMissing nearest: String?) -> RecordPlace { place(1) }

  private func place(_ column: Int) -> RecordPlace {
    (
      SourceRange(line: number, column: column),
      SourceFile(name: file, line: text, number: number)
    )
  }
}
