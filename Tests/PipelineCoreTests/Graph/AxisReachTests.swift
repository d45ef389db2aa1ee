import Fields
import PipelineCore
import Testing

/// Uses the seed only where its field says so.
private struct ChoosyKind: StageKind {
  let name = "choosy"
  let meaning = "may draw"
  let version = 1
  let roles: [Role] = []
  let fields = GroupDescriptor(
    meaning: "Draws or not",
    fields: [
      FieldDescriptor(
        name: "draws", type: .bool, defaultValue: .bool(false), meaning: "True if it draws",
        fieldClass: .semantic)
    ])
  let output = ArtifactType("text")
  let usesSeed = false
  let usesNumerics = false

  func usesSeed(_ config: FieldValue) -> Bool { config["draws"] == .bool(true) }
  func run(_ context: any StageContext) throws {}
}

@Suite struct `The seeds reach a stage` {
  private func addresses(draws: Bool, sweptOver values: [Bool]) -> [String] {
    var axes = [Axis(path: Axis.seedPath, values: [.int(1), .int(2)])]
    if !values.isEmpty {
      axes.insert(Axis(path: "made.draws", values: values.map { .bool($0) }), at: 0)
    }
    let stage = StageDeclaration(
      name: "made", kind: ChoosyKind(), config: .map(["draws": .bool(draws)]), inputs: [])
    return graph([stage], axes: axes, seeds: [1, 2]).points.map(\.address)
  }

  @Test func `that draws, and no other`() {
    #expect(addresses(draws: true, sweptOver: []) == ["made[seed=1]", "made[seed=2]"])
    #expect(addresses(draws: false, sweptOver: []) == ["made"])
  }

  @Test func `that draws at any point of a sweep, whichever comes first`() {
    #expect(
      addresses(draws: false, sweptOver: [false, true]) == [
        "made[draws=false,seed=1]", "made[draws=false,seed=2]", "made[draws=true,seed=1]",
        "made[draws=true,seed=2]",
      ])
    #expect(
      addresses(draws: false, sweptOver: [false]) == ["made"],
      "no point of the sweep draws")
  }
}
