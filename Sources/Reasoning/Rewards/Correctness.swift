package import Fields

/// 1 for a correct response, 0 for any other. Always present, unless a term replaces it.
package struct Correctness: RewardTerm {
  package init() {}

  package static let name = "correctness"
  package static let meaning = "1 for a correct response, else 0"
  package static var fields: [Field<Correctness>] { [] }

  package func values(for group: ResponseGroup) -> [Double] {
    group.responses.map { $0.isCorrect ? 1 : 0 }
  }
}
