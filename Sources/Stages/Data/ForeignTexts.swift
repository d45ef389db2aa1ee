import Fields
import PipelineCore
import Reasoning

/// Collects the texts of one file that have characters outside the models' vocabulary. A few are
/// reported one by one; many are reported as one mistake of the whole file.
struct ForeignTexts {
  /// The largest number of texts that are reported one by one.
  static let limit = 5

  private var lineCount = 0
  private var first: [Diagnostic] = []
  /// Fields in order of first appearance, each with its number of affected lines.
  private var fields: [(name: String, lines: Int)] = []
  /// Unknown characters in order of first appearance, each with the number of texts that have it.
  private var scalars: [(scalar: Unicode.Scalar, texts: Int)] = []

  private let format: any ResponseFormat
  /// The longest list of characters that helps.
  private static let mostCharacters = 200

  /// - Parameter format: the format that has to read the texts.
  init(_ format: any ResponseFormat) { self.format = format }

  private var help: String {
    let characters = format.characters
    return characters.count > Self.mostCharacters
      ? "the tokenizer of the response format has no token for it"
      : "the vocabulary has the characters \(characters)"
  }

  mutating func add(_ texts: [DataRow.ForeignText], in record: DataRecord) {
    lineCount += 1
    for text in texts {
      if first.count < Self.limit {
        first.append(
          record.mistake(
            "\(Self.name(of: text.scalars[0])) in the \(text.field) is not in the models' "
              + "vocabulary", at: text.member, scalar: text.place, help: help))
      }
      if let index = fields.firstIndex(where: { $0.name == text.field }) {
        fields[index].lines += 1
      } else {
        fields.append((text.field, 1))
      }
      for scalar in text.scalars {
        if let index = scalars.firstIndex(where: { $0.scalar == scalar }) {
          scalars[index].texts += 1
        } else {
          scalars.append((scalar, 1))
        }
      }
    }
  }

  var mistakes: [Diagnostic] {
    let count = fields.reduce(0) { $0 + $1.lines }
    guard count > Self.limit, let place = first.first else { return first }
    let concerned = fields.map { "\($0.lines) of \(lineCount) \($0.name)s" }
    let shown = scalars.enumerated().sorted {
      ($1.element.texts, $0.offset) < ($0.element.texts, $1.offset)
    }
    .prefix(12).map { "\(Self.name(of: $0.element.scalar)) (\($0.element.texts))" }
    let more = scalars.count > shown.count ? " and \(scalars.count - shown.count) more" : ""
    return [
      Diagnostic(
        .error,
        concerned.joined(separator: " and ") + " use characters that models have no token for: "
          + shown.joined(separator: ", ") + more,
        at: place.range, in: place.file,
        help: help + "; problems that only programs read may have 'vocabulary: any'")
    ]
  }

  private static func name(of scalar: Unicode.Scalar) -> String {
    switch scalar {
    case " ": "a space"
    case "\n": "a line break"
    case "\t": "a tab"
    default: String(scalar).quoted
    }
  }
}
