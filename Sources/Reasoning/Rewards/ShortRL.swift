package import Fields

/// A bonus for short correct responses, given only while accuracy does not fall.
///
/// Short-RL, Yuan et al. 2025 (arXiv 2505.12284). Over the correct responses of a question, of
/// lengths Lmin to Lmax:
///
///     1/2                                              if L <= Lmin + length_tolerance
///     1/2 - (L - Lmin) / (Lmax - Lmin + 1e-5)          otherwise
///
/// Wrong responses get 0. So do all responses of a batch whose accuracy is below the best accuracy
/// of a batch so far minus accuracy_tolerance. The paper uses tolerances of 100 tokens (of 4096)
/// and 0.05.
package struct ShortRL: RememberingTerm {
  package var lengthTolerance = 0
  package var accuracyTolerance = 0.05

  package init() {}

  package init(lengthTolerance: Int, accuracyTolerance: Double) {
    self.lengthTolerance = lengthTolerance
    self.accuracyTolerance = accuracyTolerance
  }

  package static let name = "short_rl"
  package static let meaning = "A bonus for short correct responses while accuracy holds"
  package static var fields: [Field<ShortRL>] {
    [
      .int(
        "length_tolerance", \.lengthTolerance, 0...1_000_000, unit: .tokens,
        "Length above the shortest correct response that still gets the whole bonus", .semantic,
        required: true),
      .float(
        "accuracy_tolerance", \.accuracyTolerance, .unit,
        "Allowed distance of a batch's accuracy below the best so far", .semantic),
    ]
  }

  package var shapesLength: Bool { true }

  package func values(for batch: [ResponseGroup], memory: TermMemory) -> [[Double]] {
    let best = memory.run.first ?? 0
    let isGiven = accuracy(of: batch) >= best - accuracyTolerance
    return batch.map { group in
      let lengths = group.responses.filter(\.isCorrect).map(\.tokenCount)
      guard isGiven, let shortest = lengths.min(), let longest = lengths.max() else {
        return group.responses.map { _ in 0 }
      }
      return group.responses.map { response in
        guard response.isCorrect else { return 0 }
        let excess = response.tokenCount - shortest
        return excess <= lengthTolerance
          ? 0.5 : 0.5 - Double(excess) / (Double(longest - shortest) + 1e-5)
      }
    }
  }

  package func remember(_ batch: [ResponseGroup], in memory: inout TermMemory) {
    memory.run = [max(memory.run.first ?? 0, accuracy(of: batch))]
  }

  private func accuracy(of batch: [ResponseGroup]) -> Double {
    let responses = batch.flatMap(\.responses)
    return Double(responses.count(where: \.isCorrect)) / Double(max(responses.count, 1))
  }
}
