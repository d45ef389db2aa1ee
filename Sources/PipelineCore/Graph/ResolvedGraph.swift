import Fields
package import Foundation

/// A graph with every value written out, as a run records it and `verify` reads it: defaults,
/// seeds, numerics and the digests of outside inputs. It is JSON and takes a few hundred bytes per
/// point.
package enum ResolvedGraph {
  /// Raise this when older records can no longer be read.
  package static let format = 1

  /// - Parameters:
  ///   - description: the pipeline's description, for people.
  ///   - fingerprint: what the results with these numerics depend on, in addition to their name.
  ///   - digest: returns the digest of an outside input; nil if it cannot be computed.
  package static func encode(
    _ graph: StageGraph, description: String = "", fingerprint: (Numerics) -> String,
    digest: (PointInput, StagePoint) -> String?
  ) -> Data {
    let points = graph.points.map { point -> JSONText in
      var members: [(String, JSONText)] = [
        ("address", .string(point.address)),
        ("stage", .string(point.stage)),
        ("kind", .string(point.kind.name)),
        ("version", .int(point.kind.version)),
        ("config", .exactly(point.config)),
        (
          "axes",
          .array(
            point.point.map { setting in
              .array(
                [.string(setting.path), .exactly(setting.value)]
                  + (setting.name.map { [.string($0)] } ?? []))
            })
        ),
        ("seed", .string(String(point.seed))),
        ("numerics", .string(point.numerics.rawValue)),
        ("inputs", .array(point.inputs.map { json($0, of: point, digest) })),
      ]
      if point.kind.usesNumerics {
        members.append(("fingerprint", .string(fingerprint(point.numerics))))
      }
      return .object(members)
    }
    return Data(
      JSONText.object(
        [("format", .int(format))]
          + (description.isEmpty ? [] : [("description", .string(description))])
          + [("points", .array(points))]
      ).compact.utf8)
  }

  /// The description of a recorded pipeline; empty if it has none.
  package static func description(in bytes: Data) -> String {
    (try? JSONText(parsing: bytes))?["description"]?.stringValue ?? ""
  }

  private static func json(
    _ input: PointInput, of point: StagePoint, _ digest: (PointInput, StagePoint) -> String?
  ) -> JSONText {
    var members: [(String, JSONText)] = [("role", .string(input.role))]
    if let label = input.label { members.append(("label", .string(label))) }
    switch input.source {
    case .point(let index): members.append(("point", .int(index)))
    case .external(let external):
      members += external.json
      if let digest = digest(input, point) { members.append(("digest", .string(digest))) }
    }
    return .object(members)
  }

  /// The reason, in one sentence, why a record cannot be turned into a graph any more.
  package struct Unusable: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
  }

  /// Rebuilds the graph of a record with today's kinds. A field added to a kind since then gets its
  /// default.
  /// - Throws: `Unusable`.
  package static func decode(_ bytes: Data, kinds: StageKinds) throws -> StageGraph {
    let json: JSONText
    do {
      json = try JSONText(parsing: bytes)
    } catch {
      throw Unusable(description: "the run's pipeline cannot be read: \(error.inWords)")
    }
    guard json["format"]?.intValue == format, let entries = json["points"]?.arrayValue else {
      throw Unusable(description: "the run's pipeline is not in format \(format)")
    }
    var points: [StagePoint] = []
    for entry in entries { points.append(try point(entry, after: points, kinds)) }
    return StageGraph(points: points)
  }

  private static func point(
    _ entry: JSONText, after points: [StagePoint], _ kinds: StageKinds
  ) throws -> StagePoint {
    guard let address = entry["address"]?.stringValue, let stage = entry["stage"]?.stringValue,
      let name = entry["kind"]?.stringValue, let config = entry["config"],
      let axes = entry["axes"]?.arrayValue, let inputs = entry["inputs"]?.arrayValue,
      let seed = entry["seed"]?.stringValue.flatMap(UInt64.init),
      let numerics = entry["numerics"]?.stringValue.flatMap(Numerics.init)
    else { throw malformed(points.count) }
    guard let kind = kinds[name] else {
      throw Unusable(
        description: "'\(address)' is of kind '\(name)', which this version does not have")
    }
    let sources = try inputs.map { input in
      guard let role = input["role"]?.stringValue, kind.role(named: role) != nil
      else { throw malformed(points.count) }
      let label = input["label"]?.stringValue
      if let index = input["point"]?.intValue, points.indices.contains(index) {
        return PointInput(
          role: role, label: label, source: .point(index), point: points[index].point)
      }
      guard let external = ExternalInput(json: input) else { throw malformed(points.count) }
      return PointInput(role: role, label: label, source: .external(external))
    }
    let completed = kind.fields.completed(FieldValue(exactly: config))
    return StagePoint(
      index: points.count, address: address, stage: stage, kind: kind, config: completed,
      point: try axes.map { axis in
        // The name of a value comes last, if it has one.
        guard let parts = axis.arrayValue, (2...3).contains(parts.count),
          let path = parts[0].stringValue, parts.count == 2 || parts[2].stringValue != nil
        else { throw malformed(points.count) }
        return AxisValue(
          path: path, value: FieldValue(exactly: parts[1]),
          name: parts.dropFirst(2).first?.stringValue)
      },
      seed: seed, numerics: numerics, inputs: sources, programs: sources.programs(among: points),
      revisions: sources.revisions(among: points, with: kind.revisions(of: completed)))
  }

  private static func malformed(_ index: Int) -> Unusable {
    Unusable(description: "point \(index + 1) of the run's pipeline is malformed")
  }
}

extension GroupDescriptor {
  /// The value with missing fields set to their defaults, and without unknown fields.
  fileprivate func completed(_ value: FieldValue) -> FieldValue {
    guard case .map(let members) = value else { return value }
    return .map(
      Dictionary(
        uniqueKeysWithValues: fields.map { field in
          let given = members[field.name] ?? field.defaultValue ?? .absent
          return (field.name, field.type.completed(given))
        }))
  }
}

extension FieldType {
  fileprivate func completed(_ value: FieldValue) -> FieldValue {
    switch (self, value) {
    case (.group(let group), _): group.completed(value)
    case (.list(let element, _), .list(let elements)): .list(elements.map(element.completed))
    case (.map(let element, _), .map(let members)): .map(members.mapValues(element.completed))
    default: value
    }
  }
}
