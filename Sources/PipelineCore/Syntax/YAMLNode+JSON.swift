package import Fields

extension YAMLNode {
  /// The node as JSON, with scalars resolved by YAML's core schema; refused nodes are null.
  package var json: JSONText {
    switch content {
    case .refused: .null
    case .sequence(let elements): .array(elements.map(\.json))
    case .mapping(let entries): .object(entries.map { ($0.name, $0.value.json) })
    case .scalar(let text, let isPlain):
      switch CoreScalar(text, isPlain: isPlain) {
      case .null: .null
      case .bool(let flag): .bool(flag)
      case .int(let number): .int(number)
      case .float(let number), .hugeInt(let number):
        number.isFinite ? JSONText(numberWritten: text) ?? .double(number) : .string(text)
      case .string(let text): .string(text)
      }
    }
  }
}
