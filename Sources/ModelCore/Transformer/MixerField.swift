package import Fields

/// A field of `ModelConfiguration` that belongs to one mixer. It is declared once, in the mixer's
/// file: pipelines, the schema, cache keys and `config.json` all read this declaration.
package struct MixerField {
  package let name: String
  /// The field that pipelines write, with its range and meaning.
  let field: Field<ModelConfiguration>
  /// Returns the value for `config.json`; nil if it is the default, which is left out there.
  let saved: (ModelConfiguration) -> JSONText?
  /// Sets the property from `config.json`; a missing member is the default.
  let load: (ConfigurationMembers, inout ModelConfiguration) throws(ModelFileError) -> Void
  /// Returns a sentence about a value that is out of range; nil for a possible value.
  let problem: (ModelConfiguration) -> String?

  /// A whole number in `range`, absent by default: the mixer then uses its own value.
  package static func int(
    _ name: String, _ path: WritableKeyPath<ModelConfiguration, Int?>, _ range: ClosedRange<Int>,
    unit: FieldUnit? = nil, _ meaning: String
  ) -> MixerField {
    MixerField(
      name: name, field: .int(name, path, range, unit: unit, meaning, .semantic),
      saved: { $0[keyPath: path].map { .int($0) } },
      load: { (members, configuration) throws(ModelFileError) in
        configuration[keyPath: path] = try members.int(name)
      },
      problem: { configuration in
        guard let value = configuration[keyPath: path], !range.contains(value) else { return nil }
        return "\(name) is \(value); \(range.lowerBound) to \(range.upperBound) is possible"
      })
  }

  /// A flag, false by default.
  package static func bool(
    _ name: String, _ path: WritableKeyPath<ModelConfiguration, Bool>, _ meaning: String
  ) -> MixerField {
    MixerField(
      name: name, field: .bool(name, path, meaning, .semantic),
      saved: { $0[keyPath: path] ? .bool(true) : nil },
      load: { (members, configuration) throws(ModelFileError) in
        configuration[keyPath: path] = try members.bool(name) ?? false
      }, problem: { _ in nil })
  }
}
