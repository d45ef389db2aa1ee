package import Fields

/// The metrics `NAME@B` or `NAME^B`, one for every whole number B above 0: `pass@4` is `PassAtK`
/// with k = 4.
package struct NumberedMetrics: MetricEntry {
  package let choice: Choice
  private let make: @Sendable (Int) -> any Metric

  /// - Parameter name: the name with `B` in place of the number, as the schema shows it.
  init(_ name: String, _ meaning: String, _ make: @escaping @Sendable (Int) -> any Metric) {
    choice = Choice(name, meaning)
    self.make = make
  }

  package func metric(named name: String) -> (any Metric)? {
    guard choice.accepts(name), let prefix = choice.numbered else { return nil }
    return Int(name.dropFirst(prefix.count)).map(make)
  }
}
