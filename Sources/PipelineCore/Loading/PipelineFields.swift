package import Fields

/// The fields of a pipeline file that do not belong to a stage kind. Both validation and the JSON
/// Schema are made from them.
package enum PipelineFields {
  /// The most stages a file may declare.
  package static let stageLimit = 2000

  /// The fields at the top of a file, with those that kinds share.
  package static func top(of kinds: StageKinds) -> GroupDescriptor {
    GroupDescriptor(meaning: base.meaning, fields: base.fields + kinds.shared)
  }

  private static let base = GroupDescriptor(
    meaning: "An experiment: stages, and the fields they are swept over",
    fields: [
      FieldDescriptor(
        name: "version", type: .int(1...1), defaultValue: nil,
        meaning: "Version of the file format", fieldClass: .operational),
      FieldDescriptor(
        name: "name", type: .string, defaultValue: nil,
        meaning: "Short name of the experiment", fieldClass: .operational),
      FieldDescriptor(
        name: "description", type: .string, defaultValue: .string(""),
        meaning: "The subject of the experiment, in your words", fieldClass: .operational),
      FieldDescriptor(
        name: "extends", type: .list(of: .string, count: 0...64), defaultValue: .list([]),
        meaning: "A file, or a list of files, that this one is laid over; later ones win",
        fieldClass: .operational),
      FieldDescriptor(
        name: "vars", type: .map(of: .string, keys: "variable"), defaultValue: .map([:]),
        meaning: "Values by name, for use as ${vars.NAME} in any value",
        fieldClass: .operational),
      FieldDescriptor(
        name: "numerics", type: .choice(Numerics.choices),
        defaultValue: .string(Numerics.exact.rawValue),
        meaning: "The arithmetic of products and sums", fieldClass: .semantic),
      FieldDescriptor(
        name: "seeds", type: .list(of: .int(0...Int.max), count: 1...10_000),
        defaultValue: .list([.int(0)]),
        meaning: "Seeds of initialisation, data order and sampling; never of the problems",
        fieldClass: .semantic),
      FieldDescriptor(
        name: "stages", type: .map(of: .group(stage(kinds: StageKinds([]))), keys: "stage"),
        defaultValue: nil,
        meaning: "The stages by name", fieldClass: .semantic),
      FieldDescriptor(
        name: "defaults", type: .map(of: .map(of: .string, keys: "field"), keys: "stage kind"),
        defaultValue: .map([:]),
        meaning: "Fields by stage kind, for every stage of the kind that does not write them",
        fieldClass: .operational),
      FieldDescriptor(
        name: "sweep", type: .group(sweep), defaultValue: .absent,
        meaning: "The fields to vary, and their values", fieldClass: .semantic),
    ])

  package static let sweep = GroupDescriptor(
    meaning: "The fields to vary, and their values",
    fields: [
      FieldDescriptor(
        name: "grid", type: .map(of: .list(of: .string, count: 1...10_000), keys: "swept field"),
        defaultValue: .map([:]),
        meaning:
          "Values by path, STAGE.field.field, in a list or by name; every combination is run",
        fieldClass: .semantic),
      FieldDescriptor(
        name: "zip", type: .map(of: .list(of: .string, count: 1...10_000), keys: "swept field"),
        defaultValue: .map([:]),
        meaning: "Values by path, of equal number, which are taken element by element",
        fieldClass: .semantic),
      FieldDescriptor(
        name: "points",
        type: .list(of: .map(of: .string, keys: "swept field"), count: 1...10_000),
        defaultValue: .list([]),
        meaning: "Points one by one, each a map from paths to values",
        fieldClass: .semantic),
    ])

  /// Fields that identify a stage; they can neither be swept nor given in `defaults`.
  static let structural: Set<String> = ["kind", "inputs", "preset", "override"]

  /// Fields of a stage that a sweep cannot set: the structural fields, and those that change no
  /// result.
  static let unswept = structural.union(StageLimits.descriptor.fields.map(\.name))
    .union([numSeeds.name])

  /// The fields that every stage has in addition to those of its kind.
  package static func stage(kinds: StageKinds) -> GroupDescriptor {
    GroupDescriptor(
      meaning: "One step of the experiment",
      fields: [
        FieldDescriptor(
          name: "kind", type: .choice(kinds.all.map { Choice($0.name, $0.meaning) }),
          defaultValue: nil,
          meaning: "The kind of work", fieldClass: .semantic),
        FieldDescriptor(
          name: "inputs", type: .map(of: .string, keys: "role"), defaultValue: .map([:]),
          meaning: "The source of each role's input", fieldClass: .semantic),
        numSeeds,
      ] + StageLimits.descriptor.fields)
  }

  /// It only decides for which seeds there are points; like the seeds themselves it is not part of
  /// any key.
  static let numSeeds = FieldDescriptor(
    name: "num_seeds", type: .int(1...10_000), defaultValue: .absent,
    meaning: "The number of the pipeline's seeds the stage is for, from the first; absent for all",
    fieldClass: .operational)

  /// All fields that may be written in a stage of a kind.
  package static func stage(of kind: any StageKind) -> GroupDescriptor {
    GroupDescriptor(
      meaning: kind.meaning,
      fields: stage(kinds: StageKinds([kind])).fields + presets(of: kind) + kind.fields.fields)
  }

  /// All fields that may be written for a kind under `defaults`.
  static func defaults(of kind: any StageKind) -> GroupDescriptor {
    GroupDescriptor(
      meaning: "Fields for every stage of kind '\(kind.name)' that does not write them",
      fields: stage(of: kind).fields.filter { !structural.contains($0.name) })
  }

  private static func presets(of kind: any StageKind) -> [FieldDescriptor] {
    guard !kind.presets.isEmpty else { return [] }
    return [
      FieldDescriptor(
        name: "preset", type: .choice(kind.presets.map { Choice($0.name, $0.meaning) }),
        defaultValue: .absent,
        meaning: "A published recipe, which writes some of the fields", fieldClass: .operational),
      FieldDescriptor(
        name: "override", type: .bool, defaultValue: .bool(false),
        meaning: "True if the stage may write other values than its preset does",
        fieldClass: .operational),
    ]
  }
}

extension String {
  /// True for a valid name of a pipeline or stage: `[a-z][a-z0-9_-]*`, at most 64 characters.
  package var isSlug: Bool {
    guard let first = utf8.first, utf8.count <= 64 else { return false }
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return letters.contains(first)
      && utf8.allSatisfy {
        letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: "-")
      }
  }
}
