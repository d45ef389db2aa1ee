package import Fields

/// The fields of a pipeline file around those of the stage kinds. Validation and the JSON Schema
/// both come from here.
package enum PipelineFields {
  /// The most stages a file may declare.
  package static let stageLimit = 2000

  package static let top = GroupDescriptor(
    meaning: "An experiment: stages, and what they are swept over",
    fields: [
      FieldDescriptor(
        name: "version", type: .int(1...1), defaultValue: nil,
        meaning: "Version of the file format", fieldClass: .operational),
      FieldDescriptor(
        name: "name", type: .string, defaultValue: nil,
        meaning: "Short name of the experiment", fieldClass: .operational),
      FieldDescriptor(
        name: "description", type: .string, defaultValue: .string(""),
        meaning: "What the experiment is about", fieldClass: .operational),
      FieldDescriptor(
        name: "numerics", type: .choice(Numerics.choices),
        defaultValue: .string(Numerics.exact.rawValue),
        meaning: "How products and sums are computed", fieldClass: .semantic),
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
        name: "sweep", type: .group(sweep), defaultValue: .absent,
        meaning: "The fields to vary, and their values", fieldClass: .semantic),
    ])

  package static let sweep = GroupDescriptor(
    meaning: "The fields to vary, and their values",
    fields: [
      FieldDescriptor(
        name: "grid", type: .map(of: .list(of: .string, count: 1...10_000), keys: "swept field"),
        defaultValue: .map([:]),
        meaning: "Values by path, STAGE.field.field; every combination is run",
        fieldClass: .semantic)
    ])

  /// What every stage has beside the fields of its kind.
  package static func stage(kinds: StageKinds) -> GroupDescriptor {
    GroupDescriptor(
      meaning: "One step of the experiment",
      fields: [
        FieldDescriptor(
          name: "kind", type: .choice(kinds.all.map { Choice($0.name, $0.meaning) }),
          defaultValue: nil,
          meaning: "What the stage does", fieldClass: .semantic),
        FieldDescriptor(
          name: "inputs", type: .map(of: .string, keys: "role"), defaultValue: .map([:]),
          meaning: "Where each role's input comes from", fieldClass: .semantic),
      ] + StageLimits.descriptor.fields)
  }

  /// Everything that may be written in a stage of a kind.
  package static func stage(of kind: any StageKind) -> GroupDescriptor {
    GroupDescriptor(
      meaning: kind.meaning,
      fields: stage(kinds: StageKinds([kind])).fields + kind.fields.fields)
  }
}

extension String {
  /// `[a-z][a-z0-9_-]*`: what pipelines and stages are called.
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
