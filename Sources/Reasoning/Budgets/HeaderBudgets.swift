package import Fields

extension ResponseFormat {
  /// The issue of the first budget of a field that a header cannot give.
  package func headerIssues(_ budgets: [Int], at field: String) -> [FieldIssue] {
    guard let place = budgets.firstIndex(where: { $0 > largestBudget }) else { return [] }
    return [
      FieldIssue(
        [field, String(place)], "a header cannot give a budget of \(budgets[place])",
        help: "the largest budget that can be given is \(largestBudget)")
    ]
  }
}
