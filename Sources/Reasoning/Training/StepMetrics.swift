/// The metrics of one training step, in the order they are logged. Names follow TRL's where the
/// meaning is equal.
package struct StepMetrics: Sendable, Equatable {
  package let step: Int
  package private(set) var values: [(name: String, value: Double)] = []

  package init(step: Int) { self.step = step }

  package subscript(name: String) -> Double? {
    get { values.first { $0.name == name }?.value }
    set {
      guard let newValue else { return values.removeAll { $0.name == name } }
      if let index = values.firstIndex(where: { $0.name == name }) {
        values[index].value = newValue
      } else {
        values.append((name, newValue))
      }
    }
  }

  package static func == (a: StepMetrics, b: StepMetrics) -> Bool {
    a.step == b.step
      && a.values.elementsEqual(b.values) { $0.name == $1.name && $0.value == $1.value }
  }
}
