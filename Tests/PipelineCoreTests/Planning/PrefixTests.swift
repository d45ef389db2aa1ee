import Fields
import Foundation
import PipelineCore
import Testing

/// A stage of counting that can continue from shorter counting. With `salt` above 0 every step
/// depends on the total number of steps; with `patience` above 0 no state is kept.
private func stretch(
  _ ledger: Ledger, named name: String = "a", steps: Int, alpha: Double = 0, salt: Int = 0,
  patience: Int = 0, from: String? = nil
) -> StageDeclaration {
  let plain = counting(
    name, ledger, from: from, label: "a", steps: steps, alpha: alpha, salt: salt,
    patience: patience)
  var kind = CountingKind(ledger)
  kind.trainingLength = { config in
    TrainingLength(
      path: ["steps"], steps: config["steps"].intValue ?? 0,
      keepsState: config["patience"].intValue == 0,
      obstacles: config["salt"].intValue == 0
        ? [] : [TrainingLength.Dependence(["salt"], value: config["salt"])])
  }
  return StageDeclaration(name: name, kind: kind, config: plain.config, inputs: plain.inputs)
}

@Suite(.timeLimit(.minutes(120))) struct PrefixTests {
  private func run(
    _ stages: [StageDeclaration], _ folder: TemporaryFolder, jobs: Int = 1,
    keepsGoing: Bool = false, observer: any RunObserver = SilentObserver()
  ) throws -> RunSummary {
    try Runner.run(
      graph(stages), store: try folder.store(),
      options: .testing(jobs: jobs, keepsGoing: keepsGoing, checkpoints: .seconds(3600)),
      observer: observer)
  }

  private func plan(_ stages: [StageDeclaration], _ folder: TemporaryFolder) throws -> Plan {
    Planner.plan(graph(stages), store: try folder.store(), fingerprint: { _ in "" })
  }

  private func fresh(_ steps: Int, alpha: Double = 0) throws -> String? {
    try run([stretch(Ledger(), steps: steps, alpha: alpha)], try TemporaryFolder())["a"]?.artifact
  }

  @Test func `longer work computes only the further steps and comes to the same bytes`() throws {
    let folder = try TemporaryFolder()
    _ = try run([stretch(Ledger(), steps: 4)], folder)
    let longer = Ledger()
    let planned = try plan([stretch(longer, steps: 9)], folder)
    #expect(planned.points[0].state == .extend(step: 4, of: nil))
    let summary = try run([stretch(longer, steps: 9)], folder)
    #expect(summary["a"]?.outcome == .resumed(step: 4))
    #expect(longer.steps("a") == [5, 6, 7, 8, 9])
    #expect(try summary["a"]?.artifact == fresh(9))
    // A longer stage continues from there, under another name.
    let longest = Ledger()
    let last = try run([stretch(longest, named: "renamed", steps: 11)], folder)
    #expect(longest.steps("a") == [10, 11])
    #expect(try last["renamed"]?.artifact == fresh(11))
  }

  @Test func `shorter work cannot be cut out of longer, and takes what is before it`() throws {
    let folder = try TemporaryFolder()
    _ = try run([stretch(Ledger(), steps: 3)], folder)
    _ = try run([stretch(Ledger(), steps: 9)], folder)
    let ledger = Ledger()
    let shorter = try run([stretch(ledger, steps: 6)], folder)
    #expect(ledger.steps("a") == [4, 5, 6])
    #expect(try shorter["a"]?.artifact == fresh(6))
    let shortest = Ledger()
    #expect(try plan([stretch(shortest, steps: 2)], folder).points[0].state == .miss)
    #expect(try plan([stretch(shortest, steps: 2)], folder).points[0].obstacle == nil)
    _ = try run([stretch(shortest, steps: 2)], folder)
    #expect(shortest.steps("a") == [1, 2])
  }

  @Test func `any other changed field, and a changed input, starts anew`() throws {
    let folder = try TemporaryFolder()
    _ = try run([stretch(Ledger(), steps: 4)], folder)
    let edited = Ledger()
    #expect(try plan([stretch(edited, steps: 8, alpha: 0.5)], folder).points[0].state == .miss)
    let summary = try run([stretch(edited, steps: 8, alpha: 0.5)], folder)
    #expect(edited.steps("a") == Array(1...8))
    #expect(try summary["a"]?.artifact == fresh(8, alpha: 0.5))

    let input = Ledger()
    _ = try run(
      [counting("first", input), stretch(input, named: "a", steps: 8, from: "first")], folder)
    #expect(input.steps("a") == Array(1...8))
  }

  @Test func `steps that depend on their number are refused by the field that forbids it`() throws {
    let folder = try TemporaryFolder()
    _ = try run([stretch(Ledger(), steps: 4, salt: 7)], folder)
    #expect(folder.listing("store/states").isEmpty)
    let ledger = Ledger()
    let planned = try plan([stretch(ledger, steps: 9, salt: 7)], folder).points[0]
    #expect(planned.state == .miss)
    #expect(
      try "\(#require(planned.obstacle))"
        == "cannot go on from step 4: salt is 7, which needs steps")
    _ = try run([stretch(ledger, steps: 9, salt: 7)], folder)
    #expect(ledger.steps("a") == Array(1...9))
  }

  @Test func `a state that was not kept is missed, and said to be`() throws {
    let folder = try TemporaryFolder()
    _ = try run([stretch(Ledger(), steps: 4, patience: 1)], folder)
    #expect(folder.listing("store/states").isEmpty)
    let planned = try plan([stretch(Ledger(), steps: 9)], folder).points[0]
    #expect(planned.state == .miss && planned.obstacle == .notKept(steps: 4))
  }

  @Test func `its own checkpoint, when further, wins`() throws {
    let folder = try TemporaryFolder()
    _ = try run([stretch(Ledger(), steps: 3)], folder)
    let signal = StopSignal()
    let stopping = Ledger { _, step in if step == 6 { signal.request() } }
    _ = try Runner.run(
      graph([stretch(stopping, steps: 9)]), store: try folder.store(),
      options: .testing(stop: signal))
    #expect(stopping.steps("a") == [4, 5, 6])
    // The states of 3 and 7 steps are now before and after the checkpoint of 6.
    #expect(try plan([stretch(Ledger(), steps: 9)], folder).points[0].state == .resume(step: 6))
    _ = try run([stretch(Ledger(), steps: 7)], folder)
    #expect(
      try plan([stretch(Ledger(), steps: 9)], folder).points[0].state
        == .extend(step: 7, of: nil))
    let last = Ledger()
    let summary = try run([stretch(last, steps: 9)], folder)
    #expect(last.steps("a") == [8, 9])
    #expect(try summary["a"]?.artifact == fresh(9))
  }

  @Test(arguments: ["flip", "cut", "gone", "name", "other"])
  func `a damaged state is passed over for the one before it`(_ damage: String) throws {
    let folder = try TemporaryFolder()
    for steps in [2, 5] { _ = try run([stretch(Ledger(), steps: steps)], folder) }
    let names = folder.listing("store/states")
    #expect(names.count == 2)
    let name = folder.url.appending(path: "store/states/\(names[1])")
    let store = try folder.store()
    let artifact = try store.artifact(try #require(try store.keptStates()[1].artifact))
    let text = try artifact.text("state/all.json")
    let blob = store.blob(text)
    switch damage {
    case "flip": try overwrite(blob, with: text.replacing("5", with: "6"))
    case "cut": try overwrite(blob, with: String(text.dropLast()))
    case "gone": try FileManager.default.removeItem(at: blob)
    case "name": try overwrite(name, with: "{}")
    default:
      // The state of another step under the name of this one.
      let other = folder.url.appending(path: "store/states/\(names[0])")
      try overwrite(name, with: try String(contentsOf: other, encoding: .utf8))
    }
    let ledger = Ledger()
    let observer = RecordingObserver()
    let summary = try run([stretch(ledger, steps: 7)], folder, observer: observer)
    #expect(ledger.steps("a") == [3, 4, 5, 6, 7])
    #expect(try summary["a"]?.artifact == fresh(7))
    #expect(observer.notices.count == 1)
  }

  @Test(arguments: Faults.Mode.allCases)
  func `a state that fails at any of its operations is whole or not there`(
    _ mode: Faults.Mode
  ) throws {
    let stage = graph([stretch(Ledger(), steps: 3)]).points[0]
    let key = StageKey.compute(point: stage, inputs: [], fingerprint: "")
    let prefix = try #require(key.prefix).hex
    var position = 0
    while true {
      let folder = try TemporaryFolder()
      let faults = Faults(mode, at: position)
      let store = try folder.store(files: faults.files)
      faults.arm()
      let result = Result {
        try store.keepState(key) { try $0.write(Data("three".utf8), to: "state") }
      }
      let found = try folder.store().keptState(prefix, upTo: 5, rehashes: true)
      #expect(found.damage.isEmpty)
      if let state = found.state { #expect(try state.read("state") == Data("three".utf8)) }
      if case .success = result { #expect(found.state?.step == 3) }
      if !faults.hasStruck { break }
      position += 1
    }
    #expect(position > 8)
  }

  @Test(arguments: [[2, 5, 9], [9, 5, 2], [5, 9, 2]], [1, 3])
  func `points that differ in length alone share their steps`(_ lengths: [Int], _ jobs: Int) throws
  {
    let folder = try TemporaryFolder()
    let ledger = Ledger()
    let stages = lengths.map { stretch(ledger, named: "s\($0)", steps: $0) }
    let planned = try plan(stages, folder)
    func index(_ steps: Int) -> Int { lengths.firstIndex(of: steps) ?? -1 }
    #expect(planned.points[index(2)].state == .miss)
    #expect(planned.points[index(5)].state == .extend(step: 2, of: index(2)))
    #expect(planned.points[index(9)].state == .extend(step: 5, of: index(5)))
    let summary = try run(stages, folder, jobs: jobs)
    #expect(ledger.steps("a") == Array(1...9))
    #expect(summary["s2"]?.outcome == .ran)
    #expect(summary["s5"]?.outcome == .resumed(step: 2))
    #expect(summary["s9"]?.outcome == .resumed(step: 5))
    for steps in lengths { #expect(try summary["s\(steps)"]?.artifact == fresh(steps)) }
  }

  @Test func `work that was to start from another's end starts alone when that fails`() throws {
    let folder = try TemporaryFolder()
    let (ledger, breaking) = (Ledger(), Ledger())
    breaking.setFailing(["a"])
    let summary = try run(
      [stretch(breaking, named: "short", steps: 3), stretch(ledger, named: "long", steps: 6)],
      folder,
      keepsGoing: true)
    guard case .failed = summary["short"]?.outcome else {
      Issue.record("\(String(describing: summary["short"]?.outcome))")
      return
    }
    #expect(summary["long"]?.outcome == .ran)
    #expect(ledger.steps("a") == Array(1...6))
  }

  @Test func `a key covers the training length, and the beginning all but it`() throws {
    func key(_ stage: StageDeclaration) -> StageKey {
      StageKey.compute(point: graph([stage]).points[0], inputs: [], fingerprint: "cpu")
    }
    let four = key(stretch(Ledger(), steps: 4))
    let nine = key(stretch(Ledger(), steps: 9))
    #expect(four.hex != nine.hex && four.prefix?.hex == nine.prefix?.hex)
    #expect(four.prefix?.steps == 4 && four.prefix?.hex != four.hex)
    #expect(key(stretch(Ledger(), steps: 4, alpha: 1)).prefix?.hex != four.prefix?.hex)
    #expect(key(stretch(Ledger(), steps: 4, patience: 1)).prefix?.hex == four.prefix?.hex)
    #expect(key(stretch(Ledger(), steps: 4, salt: 1)).prefix == nil)
    #expect(key(counting("a", Ledger(), steps: 4)).hex == four.hex)
  }
}
