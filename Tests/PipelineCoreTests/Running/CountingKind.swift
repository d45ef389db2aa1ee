import Fields
import Foundation
import PipelineCore
import Synchronization

/// Records what the test's kinds did and tells them what to do; shared by all stages of a test.
final class Ledger: Sendable {
  private struct State {
    var steps: [String: [Int]] = [:]
    var runs: [String] = []
    var failing: Set<String> = []
    var threads: [Int] = []
    var missing: [String] = []
    var atWork = 0
    var mostAtWork = 0
  }
  private let state = Mutex(State())
  /// Called after each step with the stage's label and the step's number, before `endStep`.
  let afterStep: @Sendable (String, Int) throws -> Void

  init(afterStep: @escaping @Sendable (String, Int) throws -> Void = { _, _ in }) {
    self.afterStep = afterStep
  }

  /// The labels of the stages that ran, in the order in which they began.
  var runs: [String] { state.withLock(\.runs) }
  var mostAtWork: Int { state.withLock(\.mostAtWork) }
  var threads: [Int] { state.withLock(\.threads) }
  var missing: [String] { state.withLock(\.missing) }
  func steps(_ label: String) -> [Int] { state.withLock { $0.steps[label] ?? [] } }

  /// The stages that ran since the last call, sorted.
  func takeRuns() -> [String] {
    state.withLock { state in
      defer { state.runs = [] }
      return state.runs.sorted()
    }
  }

  func setFailing(_ labels: Set<String>) { state.withLock { $0.failing = labels } }

  fileprivate func begin(_ label: String, threads: Int) throws {
    try state.withLock { state in
      state.runs.append(label)
      state.threads.append(threads)
      state.atWork += 1
      state.mostAtWork = max(state.mostAtWork, state.atWork)
      if state.failing.contains(label) { throw StageFailure("'\(label)' was told to fail") }
    }
  }

  fileprivate func end() { state.withLock { $0.atWork -= 1 } }
  fileprivate func note(_ label: String, _ step: Int) {
    state.withLock { $0.steps[label, default: []].append(step) }
  }
  fileprivate func noteMissing(_ addresses: [String]) {
    state.withLock { $0.missing += addresses }
  }
}

/// A kind that counts to `steps` and folds each number, the seed and its input into a state, which
/// a checkpoint saves. Its label is in the key, so that a test can distinguish stages.
struct CountingKind: StageKind {
  let ledger: Ledger
  var name = "counting"
  var version = 1
  var usesSeed = false
  /// Set if longer counting may start from shorter counting; reads the stage's fields.
  var trainingLength: (@Sendable (FieldValue) -> TrainingLength?)?
  let meaning = "counts"
  let roles = [
    Role("from", accepts: [ArtifactType("text")], required: false, "what to go on from"),
    Role("also", accepts: [ArtifactType("text")], required: false, "a second input"),
  ]
  let output = ArtifactType("text")
  let usesNumerics = false
  let logFile: String? = "logs/steps.txt"

  init(_ ledger: Ledger, usesSeed: Bool = false) {
    self.ledger = ledger
    self.usesSeed = usesSeed
  }

  let fields = GroupDescriptor(
    meaning: "what to count",
    fields: [
      FieldDescriptor(
        name: "label", type: .string, defaultValue: .string(""), meaning: "a name",
        fieldClass: .semantic),
      FieldDescriptor(
        name: "steps", type: .int(0...1000), defaultValue: .int(3), unit: .steps,
        meaning: "how far", fieldClass: .semantic),
      FieldDescriptor(
        name: "alpha", type: .float(.finite), defaultValue: .float(0),
        meaning: "changes the bytes", fieldClass: .semantic),
      FieldDescriptor(
        name: "salt", type: .int(0...1000), defaultValue: .int(0),
        meaning: "in the key, but changes no byte", fieldClass: .semantic),
      FieldDescriptor(
        name: "patience", type: .int(0...1000), defaultValue: .int(0), meaning: "not in the key",
        fieldClass: .operational),
    ])

  func cost(of config: FieldValue, inputs: [String: [UpstreamStage]]) -> StageCost {
    let steps = config["steps"].intValue
    return StageCost(
      optimizerSteps: steps, steps: steps,
      artifactBytes: .about(100), checkpointBytes: .atMost(1000),
      work: steps.map { WorkAmount(sort: "steps", amount: $0) })
  }

  func trainingLength(of config: FieldValue) -> TrainingLength? { trainingLength?(config) }

  struct State: Codable {
    var value: UInt64 = 0
    var step = 0
    var log = ""
  }

  func run(_ context: any StageContext) throws {
    let label = context.config["label"].stringValue ?? ""
    defer { ledger.end() }
    try ledger.begin(label, threads: context.threads)
    let total = context.config["steps"].intValue ?? 0
    var state = State()
    if let checkpoint = try context.latestCheckpoint() {
      state = try JSONDecoder().decode(State.self, from: try checkpoint.read("state/all.json"))
    } else {
      state.value = context.seed &+ (context.config["alpha"].doubleValue ?? 0).bitPattern
      for role in ["from", "also"] {
        guard let input = context.optionalInput(role) else { continue }
        for byte in try input.read("value.txt") { state.value = mixed(state.value, UInt64(byte)) }
      }
    }
    while state.step < total {
      state.step += 1
      state.value = mixed(state.value, UInt64(state.step))
      state.log += "\(state.step) \(state.value)\n"
      ledger.note(label, state.step)
      try ledger.afterStep(label, state.step)
      context.show(log: Data(state.log.utf8))
      let saved = state
      try context.endStep(
        PipelineCore.StageProgress(
          step: state.step, total: total, metrics: [("value", String(state.value % 100))])
      ) { folder in
        try folder.write(try JSONEncoder().encode(saved), to: "state/all.json")
      }
    }
    let last = state
    try context.keepState { try $0.write(try JSONEncoder().encode(last), to: "state/all.json") }
    try context.output.write(Data("\(state.value)\n".utf8), to: "value.txt")
    try context.output.write(Data(state.log.utf8), to: "logs/steps.txt")
  }

  private func mixed(_ value: UInt64, _ number: UInt64) -> UInt64 {
    // Knuth's constants for a linear congruence (MMIX).
    (value ^ number) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
  }
}

/// A kind that lists what it collects.
struct GatheringKind: StageKind {
  let ledger: Ledger
  let name = "gathering"
  let meaning = "lists its inputs"
  let version = 1
  let roles = [
    Role("parts", accepts: [ArtifactType("text")], collects: true, "what to list")
  ]
  let output = ArtifactType("list")
  let fields = GroupDescriptor(meaning: "nothing", fields: [])
  let usesSeed = false
  let usesNumerics = false

  func run(_ context: any StageContext) throws {
    defer { ledger.end() }
    try ledger.begin("gather", threads: context.threads)
    ledger.noteMissing(context.missing("parts").map(\.address))
    let lines = try context.collected("parts").map { input in
      let point = input.point.map { "\($0.label)=\($0.value.text)" }.joined(separator: ",")
      let value = String(decoding: try input.artifact.read("value.txt"), as: UTF8.self)
      return "\(input.label)[\(point)] \(value)"
    }
    try context.output.write(Data(lines.joined().utf8), to: "list.txt")
  }
}

/// A stage that counts.
func counting(
  _ name: String, _ ledger: Ledger, from: String? = nil, also: String? = nil, label: String? = nil,
  steps: Int = 3, alpha: Double = 0, salt: Int = 0, patience: Int = 0, usesSeed: Bool = false,
  limits: StageLimits = StageLimits()
) -> StageDeclaration {
  StageDeclaration(
    name: name, kind: CountingKind(ledger, usesSeed: usesSeed),
    config: .map([
      "label": .string(label ?? name), "steps": .int(steps), "alpha": .float(alpha),
      "salt": .int(salt), "patience": .int(patience),
    ]),
    inputs: [("from", from), ("also", also)].compactMap { role, stage in
      stage.map { StageInput(role: role, source: .stage($0)) }
    }, limits: limits)
}

extension StageLimits {
  /// Limits as they would be read from a file.
  static func of(
    threads: Int? = nil, retries: Int = 0, timeout: String? = nil, maxResidentSize: Int? = nil
  ) -> StageLimits {
    var limits = StageLimits()
    limits.threads = threads
    limits.retries = retries
    limits.timeout = timeout.flatMap(TimeSpan.init)
    limits.maxResidentSize = maxResidentSize.flatMap { ByteSize("\($0)B") }
    return limits
  }
}

extension Plan {
  /// True if a run would have nothing to do.
  var isAllHits: Bool {
    points.allSatisfy { if case .hit = $0.state { true } else { false } }
  }
}

/// A stage that gathers others under their own names.
func gathering(_ name: String, _ ledger: Ledger, _ stages: [String]) -> StageDeclaration {
  StageDeclaration(
    name: name, kind: GatheringKind(ledger: ledger), config: .map([:]),
    inputs: stages.map { StageInput(role: "parts", label: $0, source: .stage($0)) })
}

func graph(
  _ stages: [StageDeclaration], axes: [Axis] = [], seeds: [UInt64] = [0]
) -> StageGraph {
  StageGraph(Pipeline(name: "test", seeds: seeds, axes: axes, stages: stages))
}

extension RunOptions {
  /// The options that most tests need.
  static func testing(
    jobs: Int = 1, keepsGoing: Bool = false, checkpoints: CheckpointCadence = .steps(1),
    stop: StopSignal = StopSignal()
  ) -> RunOptions {
    RunOptions(
      jobs: jobs, cores: 2, keepsGoing: keepsGoing, checkpoints: checkpoints, stop: stop,
      pipeline: "test", file: "test.yaml", fingerprint: { _ in "" })
  }
}

extension RunSummary {
  subscript(address: String) -> PointResult? { points.first { $0.address == address } }

  var outcomes: [String: PointOutcome] {
    Dictionary(uniqueKeysWithValues: points.map { ($0.address, $0.outcome) })
  }

  var artifacts: [String] { points.map { $0.artifact ?? "none" } }
}

/// An observer that records its calls as text.
final class RecordingObserver: RunObserver {
  var plan: Plan?
  var events: [String] = []
  var notices: [Notice] = []
  var progress: [Int] = []
  /// Called with each notice.
  var whenNoticed: (Notice) -> Void = { _ in }

  func planned(_ plan: Plan) { self.plan = plan }
  func started(_ point: StagePoint, resumingAt step: Int?) {
    events.append("start \(point.address)" + (step.map { " at \($0)" } ?? ""))
  }
  func progressed(_ point: StagePoint, _ progress: PipelineCore.StageProgress) {
    self.progress.append(progress.step)
  }
  func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {
    events.append("\(outcome.name) \(point.address)")
  }
  func retrying(_ point: StagePoint, after failure: String, retry: Int, of limit: Int) {
    events.append("retry \(retry)/\(limit) \(point.address): \(failure)")
  }
  func noticed(_ notice: Notice) {
    notices.append(notice)
    whenNoticed(notice)
  }
  func tick() {}
  func ended(_ summary: RunSummary) { events.append("end \(summary.outcome.rawValue)") }
}
