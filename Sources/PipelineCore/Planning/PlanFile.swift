package import Fields
package import Foundation

/// A plan as a file, which a user reviews and `run --plan` compares with the current state.
///
/// It holds everything that decides what would run: the resolved fields of every point, its inputs,
/// key and state, and the version of Laconic. Costs and reasons are added for the reader.
package struct PlanFile: Sendable {
  /// Raise when older plans can no longer be read.
  package static let format = 2
  /// The largest size of a plan file; every pipeline that validates has a smaller plan.
  package static let mostBytes = 256 << 20
  /// The member for the stages and points that were asked for, which a plan of all leaves out.
  static let targetsMember = "targets"

  /// The source of a plan, from which it can be made again.
  package struct Origin: Sendable, Hashable {
    package var pipeline: String
    /// The absolute path of the pipeline's file.
    package var file: String
    package var overrides: [String]
    /// The absolute path of the store.
    package var store: String
    /// The stages and points that were asked for; empty for the whole pipeline.
    package var targets: [String]

    package init(
      pipeline: String, file: String, overrides: [String], store: String, targets: [String] = []
    ) {
      self.pipeline = pipeline
      self.file = file
      self.overrides = overrides
      self.store = store
      self.targets = targets
    }
  }

  package let text: String
  private let document: PlanDocument

  package var origin: Origin { document.origin }

  /// - Parameter seconds: the estimated seconds of a point; nil if its speed was not measured.
  package init(
    _ plan: Plan, origin: Origin, numerics: Numerics, fingerprint: String,
    engine: String = Build.version, keyFormat: Int = StageKey.format,
    seconds: (PlannedPoint) -> Double?
  ) {
    let addresses = plan.points.map(\.point.address)
    var members: [(String, JSONText)] = [
      ("format", .int(Self.format)), ("engine", .string(engine)), ("key_format", .int(keyFormat)),
      ("pipeline", .string(origin.pipeline)), ("file", .string(origin.file)),
      ("set", .array(origin.overrides.map(JSONText.string))), ("store", .string(origin.store)),
    ]
    if !origin.targets.isEmpty {
      members.append((Self.targetsMember, .array(origin.targets.map(JSONText.string))))
    }
    members += [
      ("numerics", .string(numerics.rawValue)), ("fingerprint", .string(fingerprint)),
      ("points", .array(plan.points.map { $0.json(addresses, seconds: seconds($0)) })),
      ("cost", plan.cost.json(seconds: nil)),
    ]
    let json = JSONText.object(members)
    guard let document = PlanDocument(json) else {
      preconditionFailure("a plan lacks what is read of it")
    }
    text = json.indented
    self.document = document
  }

  /// Reads a saved plan.
  /// - Throws: `PlanFileError` if the bytes are not a plan of this build's format.
  package init(decoding bytes: Data) throws {
    guard bytes.count <= Self.mostBytes else {
      throw PlanFileError("it is larger than \(Self.mostBytes >> 20) MiB")
    }
    guard let json = try? JSONText(parsing: bytes), let format = json["format"]?.intValue else {
      throw PlanFileError("it is not a plan")
    }
    guard format == Self.format else {
      throw PlanFileError(
        "its format is \(format), and this build reads \(Self.format): plan again")
    }
    guard let document = PlanDocument(json) else {
      throw PlanFileError("parts of the plan are missing: plan again")
    }
    self.document = document
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// The first difference from a plan made now, as a sentence; nil if a run would do what this plan
  /// says. Paths of files are not compared.
  package func firstDifference(from now: PlanFile) -> String? {
    document.firstDifference(from: now.document)
  }
}

/// The reason why a file is not a plan that can be run.
package struct PlanFileError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

extension PlannedPoint {
  fileprivate func json(_ addresses: [String], seconds: Double?) -> JSONText {
    var members: [(String, JSONText)] = [
      ("address", .string(point.address)), ("stage", .string(point.stage)),
      ("kind", .string(point.kind.name)), ("version", .int(point.kind.version)),
      ("fields", JSONText(point.config)), ("seed", .string(String(point.seed))),
      (
        "inputs",
        .array(
          point.inputs.enumerated().map { position, input in
            let digest = inputs.indices.contains(position) ? inputs[position] : nil
            return input.json(addresses, digest: digest)
          })
      ),
      ("state", .string(state.name)),
    ]
    switch state {
    case .hit(let artifact): members.append(("artifact", .string(artifact)))
    case .resume(let step): members.append(("step", .int(step)))
    case .extend(let step, let of):
      members.append(("step", .int(step)))
      if let of { members.append(("extends", .string(addresses[of]))) }
    case .same(let index): members.append(("same_as", .string(addresses[index])))
    case .waits(let indices):
      members.append(("waits_for", .array(indices.map { .string(addresses[$0]) })))
    case .unusable(let sentence): members.append(("problem", .string(sentence)))
    case .miss: break
    }
    if point.kind.runsPrograms { members.append(("runs_program", .bool(true))) }
    if let key { members.append(("key", .string(key.hex))) }
    let remarks = state.isWork ? point.remarks : []
    if !remarks.isEmpty {
      members.append(("remarks", .array(remarks.map(JSONText.string))))
    }
    if let reason { members.append(("why", reason.json)) }
    if let obstacle { members.append(("obstacle", .string("\(obstacle)"))) }
    if state.isWork {
      members.append(("cost", cost.json(seconds: seconds)))
      if let memory = cost.memory { members.append(("memory", memory.json)) }
    }
    return .object(members)
  }
}

extension PlannedState {
  /// The state's name, in one word, as plans and their files show it.
  package var name: String {
    switch self {
    case .hit: "hit"
    case .resume: "resume"
    case .extend: "extend"
    case .miss: "miss"
    case .same: "same"
    case .waits: "waits"
    case .unusable: "unusable"
    }
  }
}

extension PointInput {
  fileprivate func json(_ addresses: [String], digest: String?) -> JSONText {
    var members: [(String, JSONText)] = [("role", .string(role))]
    if let label { members.append(("label", .string(label))) }
    switch source {
    case .point(let index): members.append(("from", .string(addresses[index])))
    // Only the content of a checkpoint is compared, not its path.
    case .external(let external):
      members.append(("from", .string(external.form)))
      members += external.isFolder ? [("path", .string(external.path))] : external.json
    }
    if let digest { members.append(("digest", .string(digest))) }
    return .object(members)
  }
}

extension MissReason {
  /// The reason as JSON, for plans and explanations.
  package var json: JSONText {
    switch self {
    case .noEarlierRecord: .object([("reason", .string("no earlier record"))])
    case .damaged(let problems):
      .object([
        ("reason", .string("damaged")),
        ("problems", .array(problems.map { .string("\($0)") })),
      ])
    case .changed(let changes, let record):
      .object([
        ("reason", .string("changed")), ("record", .string(record)),
        ("changes", .array(changes.map(\.json))),
      ])
    }
  }
}

extension FieldChange {
  fileprivate var json: JSONText {
    var members: [(String, JSONText)] = [
      ("path", .string(path)), ("before", .optional(before)), ("now", .optional(now)),
    ]
    if let cause {
      members.append(
        (
          "because",
          .object([
            ("point", .string(cause.address)), ("record", .string(cause.from)),
            ("changes", .array(cause.changes.map(\.json))),
          ])
        ))
    }
    return .object(members)
  }
}

extension StageCost {
  fileprivate func json(seconds: Double?) -> JSONText {
    var members: [(String, JSONText)] = [
      ("prompts", prompts), ("completions", completions),
      ("max_generated_tokens", maxGeneratedTokens), ("requests", requests),
      ("max_prompt_tokens", maxPromptTokens), ("optimizer_steps", optimizerSteps),
      ("model_parameters", modelParameters),
    ].compactMap { name, figure in figure.map { (name, .int($0)) } }
    let sizes = [
      ("artifact", artifactBytes), ("kept", keptBytes), ("checkpoint", checkpointBytes),
    ]
    for (name, size) in sizes {
      switch size {
      case nil: break
      case .about(let bytes): members.append(("\(name)_bytes_about", .int(bytes)))
      case .atMost(let bytes): members.append(("\(name)_bytes_at_most", .int(bytes)))
      }
    }
    if let seconds { members.append(("seconds_about", .double(seconds))) }
    if let maxMoney { members.append(("max_money", .double(maxMoney))) }
    return .object(members)
  }
}

extension StageMemory {
  fileprivate var json: JSONText {
    .object([
      ("bytes_at_least", .int(least)), ("bytes_at_most", .int(most)),
      (
        "terms",
        .array(
          terms.map {
            .object([
              ("name", .string($0.name)), ("bytes_at_least", .int($0.least)),
              ("bytes_at_most", .int($0.most)),
            ])
          })
      ),
    ])
  }
}
