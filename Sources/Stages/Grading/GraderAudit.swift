package import Fields
package import Reasoning
import Reporting

/// The verdicts of two graders on the same answers: how often they disagree, and where.
///
/// Only finished responses have an answer that both can judge. The rate is a mean over questions,
/// or clusters of them, since answers to one question are not independent.
package struct GraderAudit: Sendable {
  /// The names of the graders.
  package let first: String
  package let second: String
  /// The number of answers by the verdicts of both, as `Verdict.allCases` orders them: rows are the
  /// first grader's.
  package private(set) var counts: [[Int]]
  /// The share of answers with two different verdicts, and its 95 % interval; nil without answers.
  package let rate: Double?
  package let interval: ClosedRange<Double>?
  /// The places of the responses with two different verdicts.
  package private(set) var disagreements: [Int] = []

  /// - Parameters:
  ///   - first: the verifier of the first verdicts; nil for the verdicts that the records have.
  ///   - second: the verifier to compare with.
  /// - Throws: `ProblemError` for an unknown verifier.
  package init(
    _ records: [ResponseRecord], by first: String? = nil, against second: String
  ) throws(ProblemError) {
    guard let other = AnswerVerifiers.named(second) else { throw .unknownVerifier(second) }
    var own: (any AnswerVerifier)?
    if let first {
      own = AnswerVerifiers.named(first)
      if own == nil { throw .unknownVerifier(first) }
    }
    self.first = first ?? Self.name(of: records)
    self.second = second
    let size = Verdict.allCases.count
    counts = Array(repeating: Array(repeating: 0, count: size), count: size)
    var samples: [String: [Double]] = [:]
    var order: [(question: String, cluster: String)] = []
    for (place, record) in records.enumerated() where record.isFinished {
      let one = own?.verdict(on: record.answer, for: record.problem) ?? record.verdict
      let two = other.verdict(on: record.answer, for: record.problem)
      counts[one.place][two.place] += 1
      if one != two { disagreements.append(place) }
      let name = record.questionName
      if samples[name] == nil { order.append((name, record.clusterName)) }
      samples[name, default: []].append(one == two ? 0 : 1)
    }
    let estimate = Estimate(
      samples: order.map { samples[$0.question] ?? [] }, clusters: order.map(\.cluster),
      isShare: true)
    rate = estimate?.mean
    interval = estimate?.interval95
  }

  /// The verifier of the records' problems; `stored` if there are several.
  private static func name(of records: [ResponseRecord]) -> String {
    let names = Set(records.map { $0.problem.verifier ?? "family" })
    return names.count == 1 ? names.first ?? "stored" : "stored"
  }

  package var answers: Int { counts.joined().reduce(0, +) }

  /// `graders disagree on 1.2 % [0.3, 3.4] of responses (math against number)`.
  package var sentence: String? {
    rate.map { rate in
      func percent(_ share: Double) -> String { NumberFormat.fixed(100 * share, digits: 1) }
      let bounds = interval.map {
        " [\(percent($0.lowerBound)), \(percent($0.upperBound))]"
      }
      return "graders disagree on \(percent(rate)) %\(bounds ?? "") of responses "
        + "(\(first) against \(second))"
    }
  }

  package var json: JSONText {
    .object([
      ("verifier", .string(first)), ("against", .string(second)), ("responses", .int(answers)),
      ("disagreements", .int(disagreements.count)),
      ("rate", rate.map { .double($0) } ?? .null),
      ("lower", interval.map { .double($0.lowerBound) } ?? .null),
      ("upper", interval.map { .double($0.upperBound) } ?? .null),
      (
        "verdicts",
        .object(
          zip(Verdict.allCases, counts).map { verdict, row in
            (
              verdict.rawValue,
              .object(zip(Verdict.allCases, row).map { ($0.rawValue, .int($1)) })
            )
          })
      ),
    ])
  }
}

extension Verdict {
  /// Its place in the order of all verdicts.
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
