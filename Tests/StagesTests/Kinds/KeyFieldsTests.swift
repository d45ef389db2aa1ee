import Fields
import PipelineCore
import Stages
import Testing

/// A field of a shipped kind is in the key if and only if its class says so. The test visits all
/// fields, so no list can miss one.
@Suite struct `Keys of shipped kinds` {
  /// One field: its path, its possible values, and whether a change gives another result.
  private struct Leaf {
    let path: [String]
    let values: [FieldValue]
    let fieldClass: FieldClass
  }

  private static func key(
    _ kind: any StageKind, _ config: FieldValue, numerics: Numerics
  ) -> StageKey {
    let point = StagePoint(
      index: 0, address: "x", stage: "x", kind: kind, config: config, point: [], seed: 1,
      numerics: numerics, inputs: [])
    let inputs = kind.roles.map {
      KeyInput(role: $0.name, label: $0.collects ? "a" : nil, digest: "digest of \($0.name)")
    }
    return StageKey.compute(point: point, inputs: inputs, fingerprint: "cpu")
  }

  /// Every group filled, optional ones too, with each field at its default or at some value.
  private static func filled(_ group: GroupDescriptor) -> FieldValue {
    .map(
      Dictionary(
        uniqueKeysWithValues: group.fields.map { ($0.name, filled($0.type, $0.defaultValue)) }))
  }

  private static func filled(_ type: FieldType, _ given: FieldValue?) -> FieldValue {
    switch type {
    case .group(let group): filled(group)
    case .map(let element, _): .map(["one": filled(element, nil)])
    default: given ?? .absent
    }
  }

  private static func leaves(
    _ group: GroupDescriptor, at path: [String] = [], under outer: FieldClass = .semantic
  ) -> [Leaf] {
    group.fields.flatMap { field in
      leaves(
        field.type, at: path + [field.name], class: strictest(outer, field.fieldClass))
    }
  }

  private static func leaves(
    _ type: FieldType, at path: [String], class fieldClass: FieldClass
  ) -> [Leaf] {
    switch type {
    case .group(let group):
      leaves(group, at: path, under: fieldClass)
        + [Leaf(path: path, values: [.absent], fieldClass: fieldClass)]
    case .map(let element, _):
      leaves(element, at: path + ["one"], class: fieldClass)
        + [
          Leaf(
            path: path, values: [.map([:]), .map(["two": filled(element, nil)])],
            fieldClass: fieldClass)
        ]
    default: [Leaf(path: path, values: values(type), fieldClass: fieldClass)]
    }
  }

  /// The class of a field inside a group: all fields of an operational group are operational.
  private static func strictest(_ outer: FieldClass, _ inner: FieldClass) -> FieldClass {
    if outer == .operational || inner == .operational { return .operational }
    return outer == .semanticUnlessExact ? outer : inner
  }

  /// Different values that a field may have; its default may be among them.
  private static func values(_ type: FieldType) -> [FieldValue] {
    switch type {
    case .bool: [.bool(false), .bool(true)]
    case .int(let range):
      [.int(range.lowerBound), .int(min(range.upperBound, 3 + max(0, range.lowerBound)))]
    case .float: [.float(0.25), .float(0.25.nextUp)]
    case .string: [.string("a"), .string("b")]
    case .scalar, .parameter: [.string("1"), .int(1), .float(1), .bool(true)]
    case .quantity: [.string("1"), .string("2")]
    case .choice(let choices): choices.map { .string($0.name) }
    case .list(let element, _):
      values(element).flatMap { [.list([$0]), .list([$0, $0])] }
    case .map, .group: []
    }
  }

  private static func set(
    _ value: FieldValue, at path: ArraySlice<String>, in config: FieldValue
  ) -> FieldValue {
    guard let name = path.first else { return value }
    var members = config.mapValue ?? [:]
    members[name] = set(value, at: path.dropFirst(), in: config[name])
    return .map(members)
  }

  @Test(arguments: StageKinds.builtIn.all.map(\.name), Numerics.allCases)
  func `change with a field exactly when its class says so`(
    name: String, numerics: Numerics
  ) throws {
    let kind = try #require(StageKinds.builtIn[name])
    let config = Self.filled(kind.fields)
    let before = Self.key(kind, config, numerics: numerics)
    let leaves = Self.leaves(kind.fields)
    for leaf in leaves {
      let place = "\(name).\(leaf.path.joined(separator: "."))"
      let matters =
        leaf.fieldClass == .semantic
        || (leaf.fieldClass == .semanticUnlessExact && numerics != .exact)
      let others = leaf.values.filter { $0 != config[path: leaf.path] }
      // A choice with only one value cannot be changed.
      #expect(!others.isEmpty || leaf.values.count == 1, "\(place) cannot be changed")
      var seen = [before.hex]
      for value in others {
        let changed = Self.key(
          kind, Self.set(value, at: leaf.path[...], in: config), numerics: numerics)
        #expect(seen.contains(changed.hex) == !matters, "\(place): \(value.text)")
        // The lines that explain a cache miss agree.
        #expect((changed.preimage != before.preimage) == matters, "\(place): \(value.text)")
        seen.append(changed.hex)
      }
    }
    #expect(leaves.contains { $0.fieldClass == .semantic } || kind.fields.fields.isEmpty)
  }
}
