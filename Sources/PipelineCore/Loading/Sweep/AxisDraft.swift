import Algorithms
import Fields

/// An axis while it is being read.
struct AxisDraft {
  /// One field that the axis sets.
  struct Field {
    let path: String
    /// The path's parts: the stage, then the field's path inside it.
    let parts: [String]
    /// The path as written in the file; nil for the seed.
    let key: YAMLNode?

    init(path: String, key: YAMLNode? = nil) {
      self.path = path
      parts = path.split(separator: ".").map(String.init)
      self.key = key
    }

    /// The parts of the path inside the stage as keys, all positioned where the path was written.
    var keys: [YAMLNode] {
      guard let key else { return [] }
      return parts.dropFirst().map {
        YAMLNode(
          .scalar(text: $0, isPlain: true), file: key.file, range: key.range,
          references: key.references)
      }
    }
  }

  /// A value of a field, with its position.
  struct Value {
    let value: FieldValue
    let node: YAMLNode
    /// The name that the sweep gives it.
    var name: String?
  }

  let fields: [Field]
  /// Distinct rows with one value for each field, each with its position. Empty after a mistake.
  var rows: [[Value]]
  /// The part of `sweep` that contains the axis: `grid`, `zip` or `points`.
  var form = "grid"

  /// The axis without positions.
  var axis: Axis {
    Axis(
      paths: fields.map(\.path),
      settings: rows.map { row in
        zip(fields, row).map { AxisValue(path: $0.path, value: $1.value, name: $1.name) }
      })
  }

  /// The axis as seen by a stage that only some of its fields reach; nil when none does.
  func projected(onto paths: (Field) -> Bool) -> AxisDraft? {
    let kept = fields.indices.filter { paths(fields[$0]) }
    guard !kept.isEmpty else { return nil }
    return AxisDraft(
      fields: kept.map { fields[$0] },
      rows: rows.map { row in kept.map { row[$0] } }.uniqued { $0.map(\.value) }, form: form)
  }
}

/// The field that a path names.
struct SweptField {
  let type: FieldType
  let isOptional: Bool
  let root: GroupDescriptor
}

extension YAMLNode {
  /// True for `null` or `~`; false for an empty value.
  var isExplicitNull: Bool {
    guard case .scalar(let text, true) = content, !text.isEmpty else { return false }
    return CoreScalar(text, isPlain: true) == .null
  }

  /// The value at a path of names below this node.
  func value(at path: [String]) -> YAMLNode? {
    path.reduce(self) { node, name in node?[name]?.value }
  }

  /// The part of a dotted key that holds one of its names; the whole key when it is quoted.
  func part(_ index: Int, of parts: [String]) -> YAMLNode {
    guard case .scalar(let text, true) = content, range.line == range.endLine,
      references.isEmpty
    else { return self }
    let before = parts[..<index].reduce(0) { $0 + $1.unicodeScalars.count + 1 }
    return YAMLNode(
      .scalar(text: text, isPlain: true), file: file,
      range: SourceRange(
        line: range.line, column: range.column + before,
        length: parts[index].unicodeScalars.count))
  }
}
