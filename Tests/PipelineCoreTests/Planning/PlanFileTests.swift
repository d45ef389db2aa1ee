import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct PlanFileTests {
  private let ledger = Ledger()

  private func file(
    _ stages: [StageDeclaration], _ store: Store, name: String = "test", fingerprint: String = "f",
    engine: String = Build.version, keyFormat: Int = StageKey.format, seeds: [UInt64] = [0]
  ) -> PlanFile {
    PlanFile(
      Planner.plan(graph(stages, seeds: seeds), store: store) { _ in fingerprint },
      origin: PlanFile.Origin(
        pipeline: name, file: "/here/p.yaml", overrides: ["a.alpha=1"], store: store.root),
      numerics: .exact, fingerprint: fingerprint, engine: engine, keyFormat: keyFormat,
      seconds: { _ in 1.5 })
  }

  private func stages(
    alpha: Double = 0, patience: Int = 0, outside: String? = nil
  ) -> [StageDeclaration] {
    let last = counting("c", ledger, from: "b")
    let source =
      outside.map { [StageInput(role: "also", source: .external(.checkpoint(path: $0)))] } ?? []
    return [
      counting("a", ledger, alpha: alpha, patience: patience), counting("b", ledger, from: "a"),
      StageDeclaration(
        name: "c", kind: last.kind, config: last.config, inputs: last.inputs + source),
    ]
  }

  @Test func `a plan read back is the plan that was saved`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let saved = try PlanFile(decoding: Data(file(stages(), store).text.utf8))
    #expect(saved.origin.overrides == ["a.alpha=1"])
    #expect(saved.origin.file == "/here/p.yaml")
    #expect(saved.origin.store == store.root)
    #expect(saved.firstDifference(from: file(stages(), store)) == nil)
    #expect(file(stages(), store).text == saved.text)
  }

  @Test func `a plan of some stages keeps their names, and that of all has none`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    #expect(try PlanFile(decoding: Data(file(stages(), store).text.utf8)).origin.targets == [])
    #expect(!file(stages(), store).text.contains("targets"))
    let part = try TargetedGraph(graph(stages()), targets: ["b"])
    let saved = PlanFile(
      Planner.plan(part.graph, store: store) { _ in "f" },
      origin: PlanFile.Origin(
        pipeline: "test", file: "/here/p.yaml", overrides: [], store: store.root, targets: ["b"]),
      numerics: .exact, fingerprint: "f", seconds: { _ in nil })
    let read = try PlanFile(decoding: Data(saved.text.utf8))
    #expect(read.origin.targets == ["b"])
    #expect(read.firstDifference(from: saved) == nil)
    #expect(read.firstDifference(from: file(stages(), store)) == "'c' is not in the plan")
  }

  @Test func `a plan is stale when anything that decides the run has changed`() throws {
    let folder = try TemporaryFolder()
    try folder.write("{}", to: "model/config.json")
    let model = folder.url.appending(path: "model").path(percentEncoded: false)
    func stages(alpha: Double = 0, patience: Int = 0) -> [StageDeclaration] {
      self.stages(alpha: alpha, patience: patience, outside: model)
    }
    let store = try folder.store()
    let saved = try PlanFile(decoding: Data(file(stages(), store).text.utf8))
    func difference(_ now: PlanFile) -> String {
      saved.firstDifference(from: now) ?? "none"
    }
    #expect(difference(file(stages(), store)) == "none")
    #expect(
      difference(file(stages(alpha: 0.5), store))
        == "a: alpha was 0 in the plan and is 0.5 now")
    // A change that keeps the key counts too, because the plan said otherwise.
    #expect(
      difference(file(stages(patience: 3), store))
        == "a: patience was 0 in the plan and is 3 now")
    #expect(
      difference(file(stages(), store, engine: "9.9"))
        == "it was made by laconic \(Build.version), and this is 9.9")
    // Another format of keys: points that wait have no key in the plan.
    #expect(
      difference(file(stages(), store, keyFormat: StageKey.format + 1))
        == "the format of keys was \(StageKey.format) in the plan and is \(StageKey.format + 1) now"
    )
    #expect(
      difference(file(stages(), store, name: "other"))
        == "the pipeline's name was test in the plan and is other now")
    #expect(difference(file(stages(), store, fingerprint: "g")).contains("fingerprint was f"))
    #expect(
      difference(file(Array(stages().prefix(2)), store)) == "stage 'c' of the plan no longer exists"
    )
    #expect(
      difference(file(stages() + [counting("d", ledger)], store)) == "'d' is not in the plan")
    #expect(
      difference(file([counting("z", ledger)], store))
        == "the pipeline has 'z' where the plan has 'a'")
    var swapped = stages()
    swapped[1] = counting("b", ledger, also: "a")
    #expect(
      difference(file(swapped, store))
        == "b: an input was from a in the plan and is also a now")

    // The content of a folder from outside the store, although the point that uses it has no key
    // yet.
    try folder.write("{ }", to: "model/config.json")
    #expect(difference(file(stages(), store)).contains("c: the content of input also"))
    try folder.write("{}", to: "model/config.json")
    #expect(difference(file(stages(), store)) == "none")
  }

  @Test func `what only went forward leaves a plan as it was, and what went back makes it stale`()
    throws
  {
    let folder = try TemporaryFolder()
    func now() throws -> PlanFile {
      file(
        [counting("a", ledger, steps: 9), counting("b", ledger, from: "a")], try folder.store(),
        fingerprint: "")
    }
    func run(stoppingAfter step: Int) throws {
      let signal = StopSignal()
      let stopping = Ledger { _, number in if number == step { signal.request() } }
      _ = try Runner.run(
        graph([counting("a", stopping, steps: 9), counting("b", ledger, from: "a")]),
        store: try folder.store(), options: .testing(stop: signal))
    }
    // Nothing done; unfinished; further; `a` done and `b` no longer waiting; all done.
    var plans = [try now()]
    for step in [2, 5] {
      try run(stoppingAfter: step)
      plans.append(try now())
    }
    _ = try Runner.run(
      graph([counting("a", ledger, steps: 9)]), store: try folder.store(), options: .testing())
    plans.append(try now())
    try run(stoppingAfter: -1)
    plans.append(try now())
    #expect(Set(plans.map(\.text)).count == plans.count)
    for (earlier, saved) in plans.enumerated() {
      for (later, fresh) in plans.enumerated() {
        let difference = saved.firstDifference(from: fresh)
        #expect(
          (difference == nil) == (later >= earlier), "\(earlier) \(later): \(difference ?? "")")
      }
    }
    #expect(
      plans[2].firstDifference(from: plans[1])
        == "a: the state was resume@5 in the plan and is resume@2 now")
    #expect(
      plans[2].firstDifference(from: plans[0])
        == "a: the state was resume@5 in the plan and is miss now")
  }

  @Test func `an edited plan is refused as well`() throws {
    let store = try TemporaryFolder().store()
    let whole = file(stages(alpha: 0.25), store).text
    for (old, new) in [
      ("\"alpha\": 0.25", "\"alpha\": 0.75"), ("\"state\": \"miss\"", "\"state\": \"hit\""),
      ("\"seed\": \"0\"", "\"seed\": \"1\""), ("\"kind\": \"counting\"", "\"kind\": \"sft\""),
      ("\"from\": \"a\"", "\"from\": \"b\""), ("\"label\": \"a\"", "\"label\": 7"),
    ] {
      #expect(whole.contains(old))
      let edited = try PlanFile(
        decoding: Data(whole.replacingOccurrences(of: old, with: new).utf8))
      #expect(edited.firstDifference(from: file(stages(alpha: 0.25), store)) != nil, "\(old)")
    }
  }

  @Test func `what is no plan is refused in one sentence`() throws {
    let whole = Data(file(stages(), try TemporaryFolder().store()).text.utf8)
    for text in ["", "null", "[]", "\"plan\"", "{}", "{\"format\":\"1\"}", "\u{0}"] {
      #expect(throws: PlanFileError("it is not a plan")) {
        try PlanFile(decoding: Data(text.utf8))
      }
    }
    #expect(throws: PlanFileError("parts of the plan are missing: plan again")) {
      try PlanFile(decoding: Data("{\"format\": 2}".utf8))
    }
    let later = #expect(throws: PlanFileError.self) {
      try PlanFile(decoding: Data("{\"format\": 99}".utf8))
    }
    #expect("\(try #require(later))".contains("its format is 99"))
    // A truncated file is never a plan, and deep nesting does not crash the reader.
    for length in stride(from: 0, to: whole.count - 2, by: max(1, whole.count / 97)) {
      #expect(throws: PlanFileError.self) { try PlanFile(decoding: whole.prefix(length)) }
    }
    let deep = String(repeating: "[", count: 200_000)
    #expect(throws: PlanFileError.self) {
      try PlanFile(decoding: Data("{\"format\": 2, \"points\": \(deep)".utf8))
    }
  }
}
