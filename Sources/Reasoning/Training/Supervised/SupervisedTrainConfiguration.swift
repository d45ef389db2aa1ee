package import Fields

/// The optimiser and its learning rate schedule for supervised training, whose length may be given
/// in passes over the data instead of steps.
package struct SupervisedTrainConfiguration: FieldGroup {
  /// The fields that every stage that trains has; `max_steps` is not read from here.
  private var shared = TrainConfiguration()
  package var maxSteps: Int?
  package var numTrainEpochs: Double?

  package init() {}

  package static let meaning = TrainConfiguration.meaning

  package static var fields: [Field<SupervisedTrainConfiguration>] {
    TrainConfiguration.fields(
      in: \SupervisedTrainConfiguration.shared,
      meanings: ["prompts_per_step": "Examples per step; rows, with packing"]
    ).flatMap { field in
      guard field.descriptor.name == "max_steps" else { return [field] }
      return [
        .int("max_steps", \.maxSteps, 1...10_000_000, unit: .steps, "Steps to train", .semantic),
        .float(
          "num_train_epochs", \.numTrainEpochs, FloatRange(0, 10_000, excludesLower: true),
          "Passes over the data to train, instead of max_steps", .semantic),
      ]
    }
  }

  package func issues() -> [FieldIssue] {
    switch (maxSteps, numTrainEpochs) {
    case (nil, nil):
      [
        FieldIssue(
          [], "missing field 'max_steps' or 'num_train_epochs': the length of the training",
          help: "write one of the two")
      ]
    case (.some, .some):
      [
        FieldIssue(
          ["num_train_epochs"], "'num_train_epochs' cannot be combined with 'max_steps'",
          help: "leave out one of the two")
      ]
    case (.some(let steps), nil): train(ofSteps: steps).issues()
    case (nil, .some): []
    }
  }

  package var promptsPerStep: Int { shared.promptsPerStep }

  /// The number of steps: ceil(num_train_epochs · rows / prompts_per_step) unless it is given.
  /// - Parameter rows: what a pass over the data holds; nil if that is unknown.
  /// - Returns: nil if it depends on the unknown rows.
  package func steps(rows: Int?) -> Int? {
    guard let epochs = numTrainEpochs else { return maxSteps }
    guard let rows else { return nil }
    let steps = epochs * Double(rows) / Double(promptsPerStep)
    // The product of a decimal fraction may miss a whole number by its rounding.
    let nearest = steps.rounded()
    let whole = abs(steps - nearest) <= 1e-9 * nearest ? nearest : steps.rounded(.up)
    return Int(exactly: max(whole, 1)) ?? .max
  }

  /// The same optimiser with the number of steps that these rows need.
  package func train(onRows rows: Int?) -> TrainConfiguration {
    train(ofSteps: steps(rows: rows) ?? 1)
  }

  private func train(ofSteps steps: Int) -> TrainConfiguration {
    var train = shared
    train.maxSteps = steps
    return train
  }
}
