import TensorCore

/// The source of the examples of a training step. A step's examples depend only on the seed and the
/// step, so a resumed run needs no cursor.
package protocol StepExamples {
  /// Returns the examples of a step.
  /// - Parameter step: counted from 0.
  func examples(at step: Int) throws -> [SupervisedExample]
}

/// Teacher traces, written anew for every step.
package struct TeacherExamples: StepExamples {
  private let source: ExampleSource
  private let seed: UInt64
  private let count: Int
  private let maxSteps: Int

  /// Creates the source.
  /// - Parameter count: examples per step.
  package init(_ source: ExampleSource, seed: UInt64, count: Int, maxSteps: Int) {
    self.source = source
    self.seed = seed
    self.count = count
    self.maxSteps = maxSteps
  }

  package func examples(at step: Int) throws -> [SupervisedExample] {
    let progress = Double(step) / Double(maxSteps)
    let problems = source.pool.inPasses(
      at: step, count: count, maxDifficulty: source.maxDifficulty(progress: progress), seed: seed,
      purpose: "sft.problems")
    return try (0..<count).map { index in
      var stream = RandomStream(seed: seed, purpose: "sft.example", UInt64(step), UInt64(index))
      return try source.example(
        of: problems?[index], progress: progress, using: &stream)
    }
  }
}

/// Whole responses, alone or in rows of several, drawn without replacement, pass after pass.
package struct ResponseExamples: StepExamples, Sendable {
  private let passes: ShuffledPasses<[SupervisedExample]>

  /// Creates the source.
  /// - Parameters:
  ///   - examples: prompts with the responses to imitate; at least one.
  ///   - count: examples per step.
  package init(_ examples: [SupervisedExample], seed: UInt64, count: Int) {
    self.init(rows: examples.map { [$0] }, seed: seed, count: count)
  }

  /// Creates the source.
  /// - Parameters:
  ///   - rows: at least one.
  ///   - count: rows per step.
  package init(rows: [[SupervisedExample]], seed: UInt64, count: Int) {
    passes = ShuffledPasses(rows, seed: seed, purpose: "sft.order", count: count)
  }

  package func examples(at step: Int) -> [SupervisedExample] {
    passes.elements(at: step).flatMap { $0 }
  }
}

/// Elements in passes, each pass in its own random order, with `count` elements per step.
package struct ShuffledPasses<Element: Sendable>: Sendable {
  private let elements: [Element]
  private let seed: UInt64
  private let purpose: String
  private let count: Int

  /// Creates the passes.
  /// - Parameters:
  ///   - purpose: names the random numbers of the orders.
  ///   - count: elements per step.
  /// - Precondition: `elements` is not empty.
  package init(_ elements: [Element], seed: UInt64, purpose: String, count: Int) {
    precondition(!elements.isEmpty, "training needs an example")
    self.elements = elements
    self.seed = seed
    self.purpose = purpose
    self.count = count
  }

  /// Returns the elements of a step.
  /// - Parameter step: counted from 0.
  package func elements(at step: Int) -> [Element] {
    var drawn: [Element] = []
    var pass = -1
    var order: [Int] = []
    for position in (step * count)..<((step + 1) * count) {
      if position / elements.count != pass {
        pass = position / elements.count
        order = Array(elements.indices)
        var stream = RandomStream(seed: seed, purpose: purpose, UInt64(pass))
        stream.shuffle(&order)
      }
      drawn.append(elements[order[position % elements.count]])
    }
    return drawn
  }
}
