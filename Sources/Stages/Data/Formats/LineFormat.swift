import Fields
import Reasoning

/// The layout of a data set's lines: which members make a problem.
protocol LineFormat: Sendable {
  var name: String { get }
  var meaning: String { get }
  /// The parts of a solution that can become the response to imitate, the usual one first. Empty if
  /// `fields` says where the response is.
  var solutions: [SolutionChoice] { get }
  /// The fields of a problem that the format finds by itself, so that `fields` must not name them.
  var ownFields: [String] { get }

  /// Reads a line. What is missing or wrong is reported to the reader.
  /// - Parameter solution: one of `solutions`; nil if there are none.
  func parts(of line: inout LineReader, solution: SolutionChoice?) -> LineParts
}

extension LineFormat {
  var ownFields: [String] { ["prompt", "answer", "response"] }
}

/// The formats of lines. A new one is one file and one line here.
enum LineFormats {
  static let all: [any LineFormat] = [
    MappedLines(), GSM8KLines(), SVAMPLines(), MATHLines(), ASDivLines(),
  ]

  static let standard: any LineFormat = MappedLines()

  static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  static func named(_ name: String) -> any LineFormat {
    all.first { $0.name == name } ?? standard
  }
}

/// The part of a data set's solutions that becomes the response to imitate.
package enum SolutionChoice: String, FieldChoice {
  case worked, equations

  package var meaning: String {
    switch self {
    case .worked: "the text of the solution"
    case .equations: "its equations alone, one a line; where there are none, its text"
    }
  }
}

/// The parts of a problem in a line; nil for one that is missing, which has been reported, or that
/// the format does not have.
struct LineParts {
  var prompt: LineText?
  var answer: LineText?
  var response: LineText?
  /// Members that the format carries along.
  var carried: [String: ProblemField] = [:]
}

/// A text of a problem, and the members of the line that it is made of.
struct LineText {
  var text: String
  var members: [[String]]
}
