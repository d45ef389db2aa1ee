import Fields
package import Foundation
import ModelCore
package import PipelineCore

/// Describes the first difference between two files of an artifact, in the terms of their format.
package enum ArtifactDifference {
  /// Names the first tensor of safetensors, the first row and member of JSON lines, or the first
  /// line of a text that differs; nil for any other format.
  package static func describe(
    _ type: ArtifactType, _ path: String, _ before: Data, _ after: Data
  ) -> String? {
    switch (path as NSString).pathExtension {
    case "safetensors": tensors(path, before, after)
    case "jsonl": rows(before, after)
    case "json", "csv", "md", "txt", "svg": lines(before, after, "line")
    default: nil
    }
  }

  private static func tensors(_ path: String, _ before: Data, _ after: Data) -> String? {
    guard let old = try? NamedTensors(decoding: before, file: path),
      let new = try? NamedTensors(decoding: after, file: path)
    else { return nil }
    for name in Set(old.names + new.names).sorted() {
      guard let first = old[name] else { return "tensor '\(name)' was not there" }
      guard let second = new[name] else { return "tensor '\(name)' is not there any more" }
      guard first.shape == second.shape else {
        return "tensor '\(name)' had shape \(first.shape) and has \(second.shape)"
      }
      // Values are compared by their bits: 0 differs from -0, and NaN equals itself.
      let place = zip(first.values, second.values).enumerated()
        .first { $0.element.0.bitPattern != $0.element.1.bitPattern }
      guard let place else { continue }
      return "tensor '\(name)' at \(coordinates(of: place.offset, in: first.shape)) "
        + "was \(place.element.0), is \(place.element.1)"
    }
    return "the tensors are the same, their header is not"
  }

  /// The coordinates of an element in a row-major tensor.
  static func coordinates(of offset: Int, in shape: [Int]) -> [Int] {
    var rest = offset
    return shape.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }.reversed()
  }

  private static func rows(_ before: Data, _ after: Data) -> String? {
    let (old, new) = (split(before), split(after))
    guard let row = firstDifference(old, new) else { return nil }
    guard row < old.count else { return "row \(row + 1) was not there" }
    guard row < new.count else { return "row \(row + 1) is not there any more" }
    guard let first = try? JSONText(parsing: old[row]),
      let second = try? JSONText(parsing: new[row]),
      let member = firstDifference(first, second, at: "")
    else { return "row \(row + 1)" }
    return "row \(row + 1)\(member)"
  }

  /// The path of the first member that differs, with both values.
  private static func firstDifference(_ old: JSONText, _ new: JSONText, at path: String) -> String?
  {
    switch (old, new) {
    case (.object(let first), .object(let second)) where first.map(\.0) == second.map(\.0):
      for (left, right) in zip(first, second) {
        let here = path.isEmpty ? left.0 : "\(path).\(left.0)"
        if let found = firstDifference(left.1, right.1, at: here) { return found }
      }
      return nil
    case (.array(let first), .array(let second)) where first.count == second.count:
      for (index, pair) in zip(first, second).enumerated() {
        if let found = firstDifference(pair.0, pair.1, at: "\(path)[\(index)]") { return found }
      }
      return nil
    default:
      let (before, after) = (old.compact, new.compact)
      let name = path.isEmpty ? "" : ", \(path):"
      return before == after ? nil : "\(name) was \(shortened(before)), is \(shortened(after))"
    }
  }

  private static func lines(_ before: Data, _ after: Data, _ noun: String) -> String? {
    let (old, new) = (split(before), split(after))
    guard let index = firstDifference(old, new) else { return nil }
    func text(_ lines: [Data]) -> String {
      lines.indices.contains(index)
        ? "'\(shortened(String(decoding: lines[index], as: UTF8.self)))'" : "not there"
    }
    return "\(noun) \(index + 1) was \(text(old)), is \(text(new))"
  }

  private static func firstDifference(_ old: [Data], _ new: [Data]) -> Int? {
    zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? (old.count == new.count ? nil : min(old.count, new.count))
  }

  private static func split(_ bytes: Data) -> [Data] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func shortened(_ text: String) -> String {
    text.count <= 60 ? text : String(text.prefix(59)) + "…"
  }
}
