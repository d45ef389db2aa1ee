import Fields
import Reasoning

/// The division of problems into splits by their content, so that another line moves none.
struct SplitShares {
  /// The splits by name, each with the sum of the shares up to and including its own.
  private let bounds: [(name: String, upper: Double)]
  private let seed: Int
  /// The field whose equal values stay in one split.
  private static let cluster = "cluster"

  init(_ shares: [String: Double], seed: Int) {
    self.seed = seed
    var sum = 0.0
    bounds = shares.sorted { $0.key < $1.key }.map { name, share in
      sum += share
      return (name, sum)
    }
  }

  /// The splits, sorted.
  var names: [String] { bounds.map(\.name) }

  /// Returns the split of a problem: that in whose share its digest falls.
  ///
  /// The digest is a number that is uniform in [0, 1), of the seed and the problem's cluster, or
  /// its normalised prompt where it has none.
  func split(of problem: Problem) -> String {
    let content =
      problem.fields?[Self.cluster].map { "cluster \($0.json.compact)" }
      ?? "prompt \(PromptIdentity.normalized(problem.prompt))"
    let digest = PromptDigest.of("\(seed) \(content)")
    let place = Double(digest >> 11) * 0x1p-53
    return (bounds.first { place < $0.upper } ?? bounds[bounds.count - 1]).name
  }
}

/// The order in which splits keep a problem that several have: what is judged by is not learned.
enum SplitRank: Int, Comparable {
  case evaluation, development, training

  init(ofSplit name: String) {
    if name.hasPrefix("train") {
      self = .training
    } else if name.hasPrefix("dev") || name.hasPrefix("val") {
      self = .development
    } else {
      self = .evaluation
    }
  }

  static func < (first: SplitRank, second: SplitRank) -> Bool { first.rawValue < second.rawValue }
}
