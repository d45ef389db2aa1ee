import Foundation
import Reasoning
import Testing

/// The pairs of answers and references in Reference/mathematics.txt, with their verdicts.
struct MathTable {
  struct Pair: Sendable, CustomTestStringConvertible {
    var kind: String
    var answer: String
    var reference: String
    var verdict: Verdict

    var testDescription: String { "\(answer) for \(reference)" }
  }

  private static let marks: [(mark: String, verdict: Verdict)] = [
    (" ≡ ", .right), (" ≢ ", .wrong), (" ⁇ ", .unreadable),
  ]

  static let all = Result {
    let url = try #require(
      Bundle.module.url(
        forResource: "mathematics", withExtension: "txt", subdirectory: "Reference"))
    return parse(String(decoding: try Data(contentsOf: url), as: UTF8.self))
  }

  private static func parse(_ text: String) -> [Pair] {
    var kind = ""
    var pairs: [Pair] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") {
        kind = String(line.dropFirst(3))
      } else if !line.hasPrefix("#") {
        for (mark, verdict) in marks {
          let parts = line.components(separatedBy: mark)
          guard parts.count == 2 else { continue }
          pairs.append(
            Pair(kind: kind, answer: parts[0], reference: parts[1], verdict: verdict))
        }
      }
    }
    return pairs
  }
}
