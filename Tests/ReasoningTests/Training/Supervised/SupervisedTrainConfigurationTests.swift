import Fields
import Reasoning
import Testing

@Suite struct `The length of supervised training` {
  private func train(_ members: [String: FieldValue]) -> SupervisedTrainConfiguration {
    SupervisedTrainConfiguration(
      decoding: .map(
        ["learning_rate": .float(0.1), "prompts_per_step": .int(4)].merging(members) { $1 }))
  }

  @Test(arguments: [
    (1.0, 8, 2), (1.0, 9, 3), (2.5, 8, 5), (0.1, 8, 1), (3.0, 3, 3), (1e-9, 8, 1),
    // 1.1 · 40 is 44.00000000000001 in doubles, and 11 steps are what was meant.
    (1.1, 40, 11), (1.1, 41, 12), (10_000, .max, .max),
  ])
  func `in passes is rounded up to a whole step`(epochs: Double, rows: Int, steps: Int) {
    let train = train(["num_train_epochs": .float(epochs)])
    #expect(train.steps(rows: rows) == steps)
    #expect(train.train(onRows: rows).maxSteps == steps)
    #expect(train.steps(rows: nil) == nil)
  }

  @Test func `in steps depends on no data`() {
    let train = train(["max_steps": .int(7)])
    #expect(train.steps(rows: nil) == 7 && train.steps(rows: 100) == 7)
    let common = train.train(onRows: nil)
    #expect(common.maxSteps == 7 && common.promptsPerStep == 4 && common.learningRate == 0.1)
  }

  @Test func `is written in one of two ways`() {
    #expect(
      train([:]).issues().map(\.message) == [
        "missing field 'max_steps' or 'num_train_epochs': the length of the training"
      ])
    let both = train(["max_steps": .int(7), "num_train_epochs": .float(1)]).issues()
    #expect(both.map(\.path) == [["num_train_epochs"]])
    #expect(train(["num_train_epochs": .float(1), "warmup_steps": .int(9)]).issues().isEmpty)
    let long = train(["max_steps": .int(7), "warmup_steps": .int(9)]).issues()
    #expect(long.map(\.path) == [["warmup_steps"]])
  }

  @Test func `leaves every other field as it is`() {
    let (own, shared) = (SupervisedTrainConfiguration.descriptor, TrainConfiguration.descriptor)
    #expect(own.fields.map(\.name).filter { $0 != "num_train_epochs" } == shared.fields.map(\.name))
    for field in shared.fields where !["max_steps", "prompts_per_step"].contains(field.name) {
      #expect(own[field.name] == field)
    }
  }
}
