import Fields
import PipelineCore

extension Field where Root: FieldGroup {
  /// The field `fields`: our names of what a file holds, each with the name that the file has.
  static func fieldNames(
    _ path: WritableKeyPath<Root, [String: String]>, _ meaning: String
  ) -> Field {
    Field(
      FieldDescriptor(
        name: "fields", type: .map(of: .string, keys: "field"), defaultValue: .map([:]),
        meaning: meaning, fieldClass: .semantic)
    ) { root, value in
      root[keyPath: path] = (value.mapValue ?? [:]).compactMapValues(\.stringValue)
    }
  }
}

extension FieldIssue {
  /// Issues of names under `fields` that are carried along although they are like a known one.
  static func ofCarried(_ names: some Collection<String>, known: [String]) -> [FieldIssue] {
    names.sorted().compactMap { name in
      guard !known.contains(name), let meant = EditDistance.suggestion(for: name, among: known)
      else { return nil }
      return FieldIssue(
        ["fields", name], "'\(name)' is carried along unchanged", help: "did you mean '\(meant)'?")
    }
  }
}
