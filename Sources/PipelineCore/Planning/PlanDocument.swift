import Fields

/// The part of a saved plan that decides what would run; the rest of the file is for its reader.
///
/// A key covers a point's fields, the versions of its kind and of the key format, the content of
/// its inputs, the numerics' fingerprint and the store's salt. A point that waits has no key yet,
/// so all of these are compared one by one, except the salt, which is in the keys of the points it
/// waits for.
struct PlanDocument: Sendable {
  let engine: String
  let keyFormat: Int
  let pipeline: String
  let numerics: String
  let fingerprint: String
  let points: [Point]
  let origin: PlanFile.Origin

  struct Point: Sendable {
    let address: String
    let stage: String
    let kind: String
    let version: Int
    let fields: FieldValue
    let seed: String
    let inputs: [Input]
    let state: SavedState
    let key: String?
  }

  struct Input: Sendable, Equatable {
    let role: String
    let label: String?
    let from: String
    let digest: String?
  }

  /// Returns nil if a member is missing.
  init?(_ json: JSONText) {
    guard let engine = json["engine"]?.stringValue, let keyFormat = json["key_format"]?.intValue,
      let pipeline = json["pipeline"]?.stringValue, let file = json["file"]?.stringValue,
      let overrides = json["set"]?.stringValues, let store = json["store"]?.stringValue,
      let numerics = json["numerics"]?.stringValue,
      let fingerprint = json["fingerprint"]?.stringValue,
      let points = json["points"]?.arrayValue?.map(Point.init),
      !points.contains(where: { $0 == nil })
    else { return nil }
    self.engine = engine
    self.keyFormat = keyFormat
    self.pipeline = pipeline
    self.numerics = numerics
    self.fingerprint = fingerprint
    self.points = points.compactMap { $0 }
    var origin = PlanFile.Origin(
      pipeline: pipeline, file: file, overrides: overrides, store: store)
    if let targets = json[PlanFile.targetsMember] {
      guard let names = targets.stringValues else { return nil }
      origin.targets = names
    }
    self.origin = origin
  }

  func firstDifference(from now: PlanDocument) -> String? {
    let head = [
      ("the pipeline's name", pipeline, now.pipeline), ("numerics", numerics, now.numerics),
      ("the numerics' fingerprint", fingerprint, now.fingerprint),
    ]
    if engine != now.engine {
      return "it was made by laconic \(engine), and this is \(now.engine)"
    }
    if keyFormat != now.keyFormat {
      return changed("the format of keys", String(keyFormat), String(now.keyFormat))
    }
    for (name, then, here) in head where then != here { return changed(name, then, here) }
    for (saved, fresh) in zip(points, now.points) {
      if saved.address != fresh.address {
        return "the pipeline has '\(fresh.address)' where the plan has '\(saved.address)'"
      }
      if let difference = saved.firstDifference(from: fresh) {
        return "\(saved.address): \(difference)"
      }
    }
    if points.count > now.points.count {
      return "stage '\(points[now.points.count].address)' of the plan no longer exists"
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
      if saved.from != fresh.from || saved.role != fresh.role || saved.label != fresh.label {
        return changed("an input", saved.text, fresh.text)
      }
      // An input that was unknown in the plan may have been made since.
      guard let digest = saved.digest else { continue }
      return changed("the content of input \(saved.text)", digest, fresh.digest ?? "unknown")
    }
    if inputs.count != now.inputs.count {
      return changed("the number of inputs", String(inputs.count), String(now.inputs.count))
    }
    guard state.mayBecome(now.state) else {
      return changed("the state", state.description, now.state.description)
    }
    // A point that waited gets a key once its inputs exist.
    if let key, key != now.key { return changed("the key", key, now.key ?? "unknown") }
    return nil
  }
}

extension PlanDocument.Point {
  fileprivate init?(_ json: JSONText) {
    guard let address = json["address"]?.stringValue, let stage = json["stage"]?.stringValue,
      let kind = json["kind"]?.stringValue, let version = json["version"]?.intValue,
      let fields = json["fields"], let seed = json["seed"]?.stringValue,
      let inputs = json["inputs"]?.arrayValue?.map(PlanDocument.Input.init),
      !inputs.contains(nil), let state = json["state"]?.stringValue
    else { return nil }
    self.address = address
    self.stage = stage
    self.kind = kind
    self.version = version
    self.fields = FieldValue(exactly: fields)
    self.seed = seed
    self.inputs = inputs.compactMap { $0 }
    key = json["key"]?.stringValue
    self.state = SavedState(name: state, in: json)
  }
}

extension PlanDocument.Input {
  fileprivate init?(_ json: JSONText) {
    guard let role = json["role"]?.stringValue, let from = json["from"]?.stringValue else {
      return nil
    }
    self.init(
      role: role, label: json["label"]?.stringValue, from: from,
      digest: json["digest"]?.stringValue)
  }

  fileprivate var text: String {
    [role, label, from].compactMap(\.self).joined(separator: " ")
  }
}

extension JSONText {
  /// The texts of a list of texts; nil for any other value.
  var stringValues: [String]? {
    guard let texts = arrayValue?.map(\.stringValue), !texts.contains(nil) else { return nil }
    return texts.compactMap { $0 }
  }
}

/// Returns the sentence `x was A in the plan and is B now`.
private func changed(_ name: String, _ then: String, _ now: String) -> String {
  "\(name) was \(shortened(then)) in the plan and is \(shortened(now)) now"
}

/// Shortens a value so that it fits in a sentence.
private func shortened(_ text: String) -> String {
  text.count <= 100 ? text : text.prefix(99) + "…"
}

extension FieldValue {
  /// The first member that differs, by its path; members in the order of their names.
  fileprivate func firstDifference(from now: FieldValue, path: String) -> String? {
    guard self != now else { return nil }
    if let then = mapValue, let here = now.mapValue {
      for name in Set(then.keys).union(here.keys).sorted() {
        let place = path.isEmpty ? name : "\(path).\(name)"
        if let difference = self[name].firstDifference(from: now[name], path: place) {
          return difference
        }
      }
    }
    return changed(path.isEmpty ? "the fields" : path, planText, now.planText)
  }

  private var planText: String { isAbsent ? "(not set)" : text }
}
