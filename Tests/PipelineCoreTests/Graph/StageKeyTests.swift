import Fields
import Foundation
import PipelineCore
import Testing

/// The key of a point, with digests of its inputs that are derived from their sources.
func testKey(_ point: StagePoint) -> String {
  let inputs = point.inputs.map { input in
    let digest =
      switch input.source {
      case .point(let index): "digest of \(index)"
      case .external(let external): external.path
      }
    return KeyInput(role: input.role, label: input.label, point: input.point, digest: digest)
  }
  return StageKey.compute(point: point, inputs: inputs, fingerprint: "cpu").hex
}

@Suite struct StageKeyTests {
  private func point(
    _ kind: PlanningKind = PlanningKinds.rl, _ config: FieldValue? = nil, stage: String = "x",
    seed: UInt64 = 3, numerics: Numerics = .exact
  ) -> StagePoint {
    StagePoint(
      index: 0, address: stage, stage: stage, kind: kind, config: config ?? self.config(kind),
      point: [], seed: seed, numerics: numerics, inputs: [])
  }

  @Test func `programs behind a point are in its key if its kind names them, and only then`() {
    func key(_ programs: [String], names: Bool) -> StageKey {
      var kind = PlanningKinds.table
      kind.namesPrograms = names
      let point = StagePoint(
        index: 0, address: "x", stage: "x", kind: kind, config: config(kind), point: [], seed: 0,
        numerics: .exact, inputs: [], programs: programs)
      return StageKey.compute(point: point, inputs: [], fingerprint: "cpu")
    }
    #expect(key(["a"], names: false) == key([], names: false))
    // Without programs, the key is the same as before programs existed.
    #expect(key([], names: true) == key([], names: false))
    #expect(
      Set([[], ["a"], ["b"], ["a", "b"]].map { key($0, names: true).hex }).count == 4)
    #expect(
      key(["a", "b"], names: true).preimage.contains(
        KeyLine(path: "pipeline.programs", text: "a, b")))
  }

  /// Every field at its default, with optional groups present.
  private func config(_ kind: PlanningKind) -> FieldValue { filled(kind.fields) }

  private func filled(_ group: GroupDescriptor) -> FieldValue {
    .map(Dictionary(uniqueKeysWithValues: group.fields.map { ($0.name, filled($0)) }))
  }

  private func filled(_ field: FieldDescriptor) -> FieldValue {
    switch field.type {
    case .group(let group): filled(group)
    case .map(of: .group(let group), _): .map(["train": filled(group)])
    default: field.defaultValue ?? .float(0.5)
    }
  }

  private let inputs = [
    KeyInput(role: "policy", digest: "aa"), KeyInput(role: "problems", digest: "bb"),
  ]

  private func key(_ point: StagePoint, _ inputs: [KeyInput]? = nil) -> StageKey {
    StageKey.compute(point: point, inputs: inputs ?? self.inputs, fingerprint: "cpu")
  }

  // MARK: Changes that keep the key

  @Test func `comments, formatting and order never change a key`() throws {
    let other = """
      # The same, written by somebody else.
      sweep:
        grid:
          "rl.reward.length_penalty.alpha":
            - 0.0
            - 1e-1
            - .4
      seeds:
      - 0
      - 0x1
      name: another-name
      description: of the same thing
      stages:
        problems:
          splits:
            test: {"count": 5}
            train:
              count: 010   # ten
          kind: 'problems'
        base: {inputs: {data: problems}, kind: sft, train: {learning_rate: 0.001, max_steps: 100}}
        rl:
          train: {max_steps: 80, learning_rate: 0.0005, checkpoint_every_steps: 7}
          inputs: {problems: problems, policy: base}
          kind: rl
        eval: {kind: eval, inputs: {policy: rl, problems: problems}}
        eval_base: {kind: eval, inputs: {policy: base, problems: problems}}
        table: {kind: table, inputs: {results: {base: eval_base, rl: eval}}}
      version: 1
      """
    let first = StageGraph(try loaded(wholePipeline)).points.map(testKey)
    let second = StageGraph(try loaded(other)).points.map(testKey)
    #expect(first == second)
    // Every point has its own key, except two that differ only in the digests of their inputs.
    #expect(Set(first).count == first.count)
  }

  @Test func `a stage's name and the order of roles never change a key`() {
    #expect(key(point(stage: "x")) == key(point(stage: "y")))
    #expect(key(point()) == key(point(), inputs.reversed()))
  }

  @Test func `a plain input's settings are not in the key, its bytes are`() {
    let setting = [AxisValue(path: "base.train.max_steps", value: .int(3))]
    let moved = [KeyInput(role: "policy", point: setting, digest: "aa"), inputs[1]]
    #expect(key(point()) == key(point(), moved))
  }

  @Test func `the canonical bytes are those whose digest is the key`() {
    for kind in [PlanningKinds.problems, PlanningKinds.sft, PlanningKinds.rl] {
      let point = point(kind)
      let bytes = StageKey.canonicalBytes(of: point, inputs: inputs, fingerprint: "cpu")
      #expect(ContentDigest.hex(of: Data(bytes)) == key(point).hex)
    }
  }

  // MARK: Changes that change the key

  @Test func `mutating a field changes the key exactly when it is semantic`() {
    for kind in [PlanningKinds.problems, PlanningKinds.sft, PlanningKinds.rl] {
      for numerics in Numerics.allCases {
        let original = config(kind)
        let before = key(point(kind, original, numerics: numerics))
        for (path, fieldClass) in leaves(kind.fields, original) {
          let changed = mutated(original, at: path[...])
          #expect(changed != original)
          let after = key(point(kind, changed, numerics: numerics))
          let matters =
            fieldClass == .semantic || (fieldClass == .semanticUnlessExact && numerics != .exact)
          #expect((before.hex != after.hex) == matters, "\(kind.name) \(path) \(numerics)")
          // The readable lines agree with the key.
          #expect((before.preimage != after.preimage) == matters, "\(path)")
        }
      }
    }
  }

  private func leaves(
    _ group: GroupDescriptor, _ value: FieldValue
  ) -> [(path: [String], fieldClass: FieldClass)] {
    group.fields.flatMap { field -> [(path: [String], fieldClass: FieldClass)] in
      switch field.type {
      case .group(let inner):
        leaves(inner, value[field.name]).map { ([field.name] + $0.path, $0.fieldClass) }
      case .map(of: .group(let inner), _):
        (value[field.name].mapValue ?? [:]).keys.sorted().flatMap { name in
          leaves(inner, value[field.name][name]).map {
            ([field.name, name] + $0.path, $0.fieldClass)
          }
        }
      default: [([field.name], field.fieldClass)]
      }
    }
  }

  private func mutated(_ value: FieldValue, at path: ArraySlice<String>) -> FieldValue {
    if let name = path.first, var members = value.mapValue {
      members[name] = mutated(value[name], at: path.dropFirst())
      return .map(members)
    }
    return switch value {
    case .absent: .int(1)
    case .bool(let flag): .bool(!flag)
    case .int(let number): .int(number + 1)
    case .float(let number): .float(number.nextUp)
    case .number(let text): .number(text + "0")
    case .string(let text): .string(text + "x")
    case .list(let elements): .list(elements + elements)
    case .map(let members): .map(members.merging(["new": .int(1)]) { $1 })
    }
  }

  @Test func `swapping two values or two inputs changes the key`() {
    guard var members = config(PlanningKinds.rl).mapValue else { return }
    members["clip_ratio_low"] = .float(0.1)
    members["clip_ratio_high"] = .float(0.3)
    let first = key(point(PlanningKinds.rl, .map(members)))
    members["clip_ratio_low"] = .float(0.3)
    members["clip_ratio_high"] = .float(0.1)
    #expect(first != key(point(PlanningKinds.rl, .map(members))))
    let swapped = [
      KeyInput(role: "policy", digest: "bb"), KeyInput(role: "problems", digest: "aa"),
    ]
    #expect(key(point()) != key(point(), swapped))
  }

  @Test func `the kind, its version, the seed, the numerics and their fingerprint matter`() {
    let before = key(point())
    var newer = PlanningKinds.rl
    newer.version = 2
    #expect(before != key(point(newer)))
    #expect(before != key(point(seed: 4)))
    #expect(before != key(point(numerics: .blas)))
    #expect(
      before
        != StageKey.compute(point: point(), inputs: inputs, fingerprint: "another processor"))
    let renamed = PlanningKind(
      name: "rl2", output: PlanningKinds.rl.output, fields: PlanningKinds.rl.fields, usesSeed: true,
      usesNumerics: true)
    #expect(before != key(point(renamed, config(PlanningKinds.rl))))
  }

  @Test func `what a kind does not use is not in its key`() {
    let problems = PlanningKinds.problems
    let before = key(point(problems), [])
    #expect(before == key(point(problems, seed: 9), []))
    #expect(
      before == StageKey.compute(point: point(problems), inputs: [], fingerprint: "elsewhere"))
  }

  @Test func `labels, settings and order of collected inputs matter`() {
    let setting = [AxisValue(path: "rl.kl_coef", value: .float(0.1))]
    let a = KeyInput(role: "results", label: "a", point: setting, digest: "11")
    let b = KeyInput(role: "results", label: "b", digest: "22")
    let table = point(PlanningKinds.table)
    let before = key(table, [a, b])
    #expect(before == key(table, [a, b]))
    #expect(before != key(table, [b, a]))
    let c = KeyInput(role: "results", label: "c", point: setting, digest: "11")
    #expect(before != key(table, [c, b]))
    #expect(before != key(table, [KeyInput(role: "results", label: "a", digest: "11"), b]))
    #expect(before != key(table, [a]))
  }

  @Test func `boundaries matter`() {
    func bytes(_ value: FieldValue) -> [UInt8] {
      var encoder = CanonicalEncoder()
      encoder.encode(value)
      return encoder.bytes
    }
    let values: [FieldValue] = [
      .list([.string("ab"), .string("c")]), .list([.string("a"), .string("bc")]),
      .list([.string("abc")]), .string("abc"), .list([]), .map([:]), .absent, .string(""),
      .int(0), .float(0), .float(-0.0), .bool(false), .int(1), .float(1), .bool(true),
      .list([.list([]), .int(1)]), .list([.list([.int(1)])]), .map(["a": .absent]),
      .map(["a": .map(["b": .int(1)])]), .map(["a": .map([:]), "b": .int(1)]),
    ]
    #expect(Set(values.map(bytes)).count == values.count)
    let order = [("a", FieldValue.int(1)), ("b", .int(2)), ("B", .int(3)), ("é", .int(4))]
    let forwards = Dictionary(uniqueKeysWithValues: order)
    let backwards = Dictionary(uniqueKeysWithValues: order.reversed())
    #expect(bytes(.map(forwards)) == bytes(.map(backwards)))
    #expect(bytes(.string("a")) == [4, 1, 0, 0, 0, 0, 0, 0, 0, 97])
    #expect(bytes(.float(1)) == [3, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
  }

  @Test func `the preimage reads as paths and values`() {
    let setting = [AxisValue(path: "rl.kl_coef", value: .float(0.1))]
    let lines = key(
      point(PlanningKinds.table),
      [
        KeyInput(role: "results", label: "b", point: setting, digest: "22"),
        KeyInput(role: "note", digest: "33"),
      ]
    ).preimage
    #expect(
      lines.map { "\($0.path) = \($0.text)" } == [
        "columns = [accuracy]", #"inputs.note = "33""#,
        #"inputs.results.b[rl.kl_coef=0.1] = 1: "22""#,
        "key.format = 1", "kind = table", "kind.version = 1",
      ])
    let rl = key(point()).preimage.map { "\($0.path) = \($0.text)" }
    #expect(rl.contains("train.max_steps = 100"))
    #expect(rl.contains("sampling.top_k = (not set)"))
    #expect(rl.contains("pipeline.seed = 3"))
    #expect(rl.contains("pipeline.numerics = exact"))
    #expect(!rl.contains { $0.hasPrefix("train.log_gradients") })
  }

  /// If this fails and the change is intended, raise `StageKey.format`.
  @Test func `the bytes of a key are what they always were`() {
    #expect(key(point()).hex == "f6c87fa2dcc81f5d68798362b3ef80f6476c0f49c3d011387f5e01d68c6d3589")
  }
}
