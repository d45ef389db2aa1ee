import Fields
import Foundation

/// One artifact that is part of a key.
package struct KeyInput: Sendable, Hashable {
  package let role: String
  /// The label in a collecting role; nil in a plain one.
  package let label: String?
  /// The settings of the axes that reach the input. Only those of a collecting role are part of the
  /// key.
  package let point: [AxisValue]
  /// The artifact's digest.
  package let digest: String

  package init(role: String, label: String? = nil, point: [AxisValue] = [], digest: String) {
    self.role = role
    self.label = label
    self.point = point
    self.digest = digest
  }
}

/// One line of a key's preimage, for people: `train.max_steps`, `80`.
package struct KeyLine: Sendable, Hashable, Codable {
  package let path: String
  package let text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}

/// The key of a stage's work, known before the work is done: SHA-256 over everything that can
/// change its result, and nothing else.
///
/// It covers: the format, the kind and its version, every semantic field, the seed if the kind uses
/// one, the digest of each input by role, and the numerics with their fingerprint if the kind
/// computes. It does not cover: the stage's name, the pipeline's name and description, operational
/// fields, paths. It also covers the axis paths of collected inputs with their values, or the names
/// of these, since a collecting kind sees them, for a kind that names them, the programs behind its
/// inputs, and the versions above 1 of the parts that fields choose, such as verifiers.
package struct StageKey: Sendable, Hashable {
  /// Raise this when the bytes below change for the same work.
  package static let format = 1

  /// 64 lower-case hexadecimal digits.
  package let hex: String
  /// Everything the digest covers, one line each, sorted by path.
  package let preimage: [KeyLine]
  /// Nil for work that cannot start from the state of shorter work.
  package let prefix: PrefixKey?

  /// - Parameters:
  ///   - inputs: one for each of the point's inputs. The order of roles does not matter; the
  ///     order within a collecting role does, since the kind receives its inputs in that order.
  ///   - fingerprint: what the results with the pipeline's numerics depend on, in addition to their
  ///     name.
  package static func compute(
    point: StagePoint, inputs: [KeyInput], fingerprint: String
  ) -> StageKey {
    let value = preimage(of: point, inputs: inputs, fingerprint: fingerprint)
    return StageKey(
      hex: value.digest, preimage: lines(of: value), prefix: prefix(of: point, preimage: value))
  }

  /// The bytes whose SHA-256 is the key, so that users can compute the hash themselves. A salted
  /// key covers that digest and the salt (`Store.salt`).
  package static func canonicalBytes(
    of point: StagePoint, inputs: [KeyInput], fingerprint: String
  ) -> [UInt8] {
    CanonicalEncoder.bytes(of: preimage(of: point, inputs: inputs, fingerprint: fingerprint))
  }

  /// The key of the same preimage with the path of the number of steps in place of its value. It is
  /// the member `horizon`, which the preimage of a stage key lacks, so a prefix key never equals a
  /// stage key.
  private static func prefix(of point: StagePoint, preimage: FieldValue) -> PrefixKey? {
    guard let length = point.kind.trainingLength(of: point.config), length.obstacles.isEmpty,
      case .map(var members) = preimage
    else { return nil }
    members["fields"] = preimage["fields"].removing(length.path)
    members["horizon"] = .string(length.field)
    return PrefixKey(
      hex: FieldValue.map(members).digest, steps: length.steps, keepsState: length.keepsState)
  }

  private static func preimage(
    of point: StagePoint, inputs: [KeyInput], fingerprint: String
  ) -> FieldValue {
    var plain: [String: FieldValue] = [:]
    var collected: [String: [FieldValue]] = [:]
    for input in inputs {
      guard let label = input.label else {
        plain[input.role] = .string(input.digest)
        continue
      }
      let settings = input.point.map { FieldValue.list([.string($0.path), $0.shown]) }
      collected[input.role, default: []].append(
        .list([.string(label), .list(settings), .string(input.digest)]))
    }
    var members: [String: FieldValue] = [
      "format": .int(format),
      "kind": .string(point.kind.name),
      "version": .int(point.kind.version),
      "fields": point.kind.fields.keyed(point.config, numerics: point.numerics),
      "seed": point.kind.usesSeed(point.config)
        ? .int(Int(truncatingIfNeeded: point.seed)) : .absent,
      "inputs": .map(plain.merging(collected.mapValues(FieldValue.list)) { $1 }),
      "numerics": point.kind.usesNumerics
        ? .list([.string(point.numerics.rawValue), .string(fingerprint)]) : .absent,
    ]
    // The member is left out if there are no programs.
    if point.kind.namesPrograms, !point.programs.isEmpty {
      members["programs"] = .list(point.programs.map { .string($0) })
    }
    // Likewise if every part has its first version.
    if !point.revisions.isEmpty {
      members["revisions"] = .map(point.revisions.mapValues { .int($0) })
    }
    return .map(members)
  }

  private static func lines(of value: FieldValue) -> [KeyLine] {
    var lines = [
      KeyLine(path: "key.format", text: value["format"].keyText),
      KeyLine(path: "kind", text: value["kind"].keyText),
      KeyLine(path: "kind.version", text: value["version"].keyText),
    ]
    if case .int(let seed) = value["seed"] {
      lines.append(KeyLine(path: "pipeline.seed", text: String(seed)))
    }
    if case .list(let numerics) = value["numerics"] {
      lines.append(KeyLine(path: "pipeline.numerics", text: numerics[0].keyText))
      lines.append(KeyLine(path: "pipeline.numerics.fingerprint", text: numerics[1].keyText))
    }
    if case .list(let programs) = value["programs"] {
      lines.append(
        KeyLine(path: "pipeline.programs", text: programs.map(\.keyText).joined(separator: ", ")))
    }
    for (part, version) in value["revisions"].mapValue ?? [:] {
      lines.append(KeyLine(path: "revisions.\(part)", text: version.keyText))
    }
    for (role, input) in value["inputs"].mapValue ?? [:] {
      guard case .list(let entries) = input else {
        lines.append(KeyLine(path: "inputs.\(role)", text: input.keyText))
        continue
      }
      for (position, entry) in entries.enumerated() {
        guard case .list(let parts) = entry else { continue }
        let settings = (parts[1].listValue ?? []).compactMap(\.listValue)
          .map { "\($0[0].keyText)=\($0[1].keyText)" }
        let place = settings.isEmpty ? "" : "[" + settings.joined(separator: ",") + "]"
        lines.append(
          KeyLine(
            path: "inputs.\(role).\(parts[0].keyText)\(place)",
            text: "\(position + 1): \(parts[2].keyText)"))
      }
    }
    lines += flattened(value["fields"], path: "")
    return lines.sorted { ($0.path, $0.text) < ($1.path, $1.text) }
  }

  /// Lists a value as lines: one line per member of a map, one line for everything else.
  private static func flattened(_ value: FieldValue, path: String) -> [KeyLine] {
    guard case .map(let members) = value, !members.isEmpty || path.isEmpty else {
      return [KeyLine(path: path, text: value.keyText)]
    }
    return members.flatMap { name, member in
      flattened(member, path: path.isEmpty ? name : "\(path).\(name)")
    }
  }
}

extension FieldValue {
  /// Like `text`, but distinguishes all values of one field that the canonical bytes distinguish.
  fileprivate var keyText: String {
    switch self {
    case .absent: "(not set)"
    case .float(let number): "\(number)"
    case .list(let elements): "[" + elements.map(\.keyText).joined(separator: ", ") + "]"
    case .map(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.keyText)" }
        .joined(separator: ", ") + "}"
    // A parameter's value may be text that looks like a number.
    case .string(let text):
      if case .string = CoreScalar(text, isPlain: true) {
        text
      } else {
        text.isEmpty ? "" : "\"\(text)\""
      }
    case .bool, .int, .number: text
    }
  }
}
