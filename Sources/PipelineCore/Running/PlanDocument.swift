/// What of a saved plan decides what would run; the rest of the file is for its reader.
struct PlanDocument: Decodable {
  let engine: String
  let pipeline: String
  let file: String
  let set: [String]
  let store: String
  let numerics: String
  let fingerprint: String
  let points: [Point]

  struct Point: Decodable {
    let address: String
    let stage: String
    let kind: String
    let version: Int
    let fields: PlainValue
    let seed: String
    let inputs: [Input]
    let state: String
    var artifact: String?
    var step: Int?
    var extends: String?
    var sameAs: String?
    var waitsFor: [String]?
    var problem: String?
    var key: String?

    enum CodingKeys: String, CodingKey {
      case address, stage, kind, version, fields, seed, inputs, state, artifact, step, extends
      case problem, key
      case sameAs = "same_as"
      case waitsFor = "waits_for"
    }
  }

  struct Input: Decodable, Equatable {
    let role: String
    var label: String?
    let from: String
    var digest: String?
  }

  func firstDifference(from now: PlanDocument) -> String? {
    let head = [
      ("the pipeline's name", pipeline, now.pipeline), ("numerics", numerics, now.numerics),
      ("the numerics' fingerprint", fingerprint, now.fingerprint),
    ]
    if engine != now.engine {
      return "it was made by laconic \(engine), and this is \(now.engine)"
    }
    for (name, then, here) in head where then != here { return changed(name, then, here) }
    for (saved, fresh) in zip(points, now.points) {
      if saved.address != fresh.address {
        return "'\(fresh.address)' stands where the plan has '\(saved.address)'"
      }
      if let difference = saved.firstDifference(from: fresh) {
        return "\(saved.address): \(difference)"
      }
    }
    if points.count > now.points.count {
      return "'\(points[now.points.count].address)' of the plan is no more"
    }
    if points.count < now.points.count {
      return "'\(now.points[points.count].address)' is not in the plan"
    }
    return nil
  }
}

extension PlanDocument.Point {
  fileprivate func firstDifference(from now: Self) -> String? {
    if stage != now.stage { return changed("the stage", stage, now.stage) }
    if kind != now.kind { return changed("the kind", kind, now.kind) }
    if version != now.version {
      return changed("the version of \(kind)", String(version), String(now.version))
    }
    if let difference = fields.firstDifference(from: now.fields, path: "") { return difference }
    if seed != now.seed { return changed("the seed", seed, now.seed) }
    for (saved, fresh) in zip(inputs, now.inputs) where saved != fresh {
      return saved.from != fresh.from || saved.role != fresh.role || saved.label != fresh.label
        ? changed("an input", saved.text, fresh.text)
        : changed(
          "the content of input \(saved.text)", saved.digest ?? "unknown",
          fresh.digest ?? "unknown")
    }
    if inputs.count != now.inputs.count {
      return changed("the number of inputs", String(inputs.count), String(now.inputs.count))
    }
    if stateText != now.stateText { return changed("the state", stateText, now.stateText) }
    if key != now.key { return changed("the key", key ?? "unknown", now.key ?? "unknown") }
    return nil
  }

  private var stateText: String {
    var text = state
    if let step { text += "@\(step)" }
    if let extends { text += " of \(extends)" }
    if let artifact { text += " \(artifact)" }
    if let sameAs { text += " as \(sameAs)" }
    if let waitsFor { text += " for " + waitsFor.joined(separator: ", ") }
    if let problem { text += ": \(problem)" }
    return text
  }
}

extension PlanDocument.Input {
  fileprivate var text: String {
    [role, label, from].compactMap(\.self).joined(separator: " ")
  }
}

/// `x was A in the plan and is B now`.
private func changed(_ name: String, _ then: String, _ now: String) -> String {
  "\(name) was \(shortened(then)) in the plan and is \(shortened(now)) now"
}

/// A value fits a sentence.
private func shortened(_ text: String) -> String {
  text.count <= 100 ? text : text.prefix(99) + "…"
}

/// JSON as it is, for comparing.
indirect enum PlainValue: Decodable, Equatable {
  case null
  case bool(Bool)
  case int(Int)
  case number(Double)
  case text(String)
  case list([PlainValue])
  case map([String: PlainValue])

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Name.self) {
      var members: [String: PlainValue] = [:]
      for name in container.allKeys {
        members[name.stringValue] = try container.decode(PlainValue.self, forKey: name)
      }
      self = .map(members)
    } else if var container = try? decoder.unkeyedContainer() {
      var elements: [PlainValue] = []
      while !container.isAtEnd { elements.append(try container.decode(PlainValue.self)) }
      self = .list(elements)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let flag = try? container.decode(Bool.self) {
        self = .bool(flag)
      } else if let number = try? container.decode(Int.self) {
        self = .int(number)
      } else {
        self = .number(try container.decode(Double.self))
      }
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The first member that differs, by its path; members in the order of their names.
  func firstDifference(from now: PlainValue, path: String) -> String? {
    guard self != now else { return nil }
    if case .map(let then) = self, case .map(let here) = now {
      for name in Set(then.keys).union(here.keys).sorted() {
        let place = path.isEmpty ? name : "\(path).\(name)"
        let (old, new) = (then[name] ?? .null, here[name] ?? .null)
        if let difference = old.firstDifference(from: new, path: place) { return difference }
      }
    }
    return changed(path.isEmpty ? "the fields" : path, text, now.text)
  }

  private var text: String {
    switch self {
    case .null: "(not set)"
    case .bool(let flag): String(flag)
    case .int(let number): String(number)
    case .number(let number): String(number)
    case .text(let text): text
    case .list(let elements): "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .map(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }
        .joined(separator: ", ") + "}"
    }
  }
}
