import Fields
import Foundation

/// The fifth pass: the stages, whose inputs have been checked against the stages, folders and files
/// they name.
struct LinkedStages {
  private(set) var stages: [ReadStage]
  /// The position of each stage. A stage that is written twice has been reported.
  private let positions: [String: Int]
  private let broken: Set<String>
  private let kinds: StageKinds
  private let log: LoadLog

  /// - Parameter broken: stages that could not be read; inputs that name them are not reported.
  init(_ stages: [ReadStage], broken: Set<String>, kinds: StageKinds, _ log: LoadLog) {
    self.stages = stages
    positions = Dictionary(
      stages.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.broken = broken
    self.kinds = kinds
    self.log = log
    checkInputs()
    checkCycles()
  }

  subscript(name: String) -> ReadStage? { positions[name].map { stages[$0] } }

  /// Checks that every input names a stage whose output type the role accepts.
  private mutating func checkInputs() {
    let names = stages.map(\.name)
    for (index, stage) in stages.enumerated() {
      for (number, input) in stage.inputs.enumerated() {
        switch input.source {
        case .external(let given):
          let external = completed(given)
          stages[index].inputs[number].source = .external(external)
          guard check(external, for: input, of: index) else { continue }
          if external.isFolder {
            checkFolder(external, as: input, of: stage)
          } else if external.isFiles {
            checkFiles(external, at: input.place)
          }
        case .stage(let name):
          guard let source = self[name] else {
            stages[index].hasSoundInputs = false
            guard !broken.contains(name) else { continue }
            let unknown = UnknownName("stage", name, among: names.filter { $0 != stage.name })
            log.report(unknown.statement, at: input.place, help: unknown.suggestion)
            continue
          }
          if let kind = source.kind {
            let type = kind.output(of: source.config ?? .absent)
            check(
              type, for: input, of: index, otherwise: "but \(name.quoted) makes \(type.noun)")
          }
        }
      }
    }
  }

  private mutating func check(
    _ external: ExternalInput, for input: InputDraft, of index: Int
  ) -> Bool {
    let found =
      switch external {
      case .checkpoint: "but a checkpoint is \(external.type.noun)"
      case .file: "not a file from outside"
      case .files: "not a list of files"
      case .server: lack(of: input, in: stages[index])
      }
    return check(external.type, for: input, of: index, otherwise: found)
  }

  /// The words for a server where a stage needs more than answers, with what it needs.
  private func lack(of input: InputDraft, in stage: ReadStage) -> String {
    let needed = stage.kind?.requires(stage.config ?? .absent)[input.roleName] ?? []
    return needed.isEmpty
      ? "but a server only answers prompts" : "but a server has no \(needed.listed)"
  }

  /// - Parameter found: the end of the message, which says what was given.
  /// - Returns: true if the role accepts the type.
  @discardableResult private mutating func check(
    _ type: ArtifactType, for input: InputDraft, of index: Int, otherwise found: String
  ) -> Bool {
    guard let role = input.role, !role.accepts.contains(type) else { return true }
    stages[index].hasSoundInputs = false
    let wanted = role.accepts.map(\.noun).joined(separator: " or ")
    log.report(
      "\(stages[index].name.quoted) takes \(wanted) as '\(role.name)', \(found)", at: input.place)
    return false
  }

  /// The input with the folder that it needs and names itself.
  private func completed(_ external: ExternalInput) -> ExternalInput {
    guard case .checkpoint(let path, nil) = external,
      let check = kinds.folders.first(where: { $0.type == external.type })
    else { return external }
    return .checkpoint(path: path, base: check.base(path))
  }

  /// Checks that a folder exists and holds an artifact the stage can take, as far as this can be
  /// seen without opening large files. A bad folder is reported separately: the stage's rules are
  /// checked regardless of its content.
  private func checkFolder(
    _ external: ExternalInput, as input: InputDraft, of stage: ReadStage
  ) {
    let path = external.path
    let noun = external.type.noun
    let place = input.place
    let shown = (place.text ?? path).quoted
    let check = kinds.folders.first { $0.type == external.type }
    let isNamedAsFile =
      check?.fileExtensions.contains((path as NSString).pathExtension) ?? false
    var isFolder: ObjCBool = false
    let problem: String
    let help = place.text == path ? nil : "looked for \(path)"
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      return log.reportMissing(
        path, "the \(isNamedAsFile ? "file" : "folder") \(shown) does not exist", of: stage.name,
        at: place, help: help)
    } else if !isFolder.boolValue, !isNamedAsFile {
      problem = "\(shown) is a file, not the folder of \(noun)"
    } else if isFolder.boolValue, let flaw = check?.flaw(path) {
      problem = "the folder \(shown) is not \(noun): \(flaw)"
    } else if let base = external.base, let flaw = self.flaw(ofBase: base, check) {
      problem = flaw
    } else if stage.isSound,
      let found = input.role.flatMap({ role in
        stage.kind?.problem(
          ofFolder: path, base: external.base, name: place.text ?? path, role: role.name,
          config: stage.config ?? .absent)
      })
    {
      problem = found
    } else {
      return
    }
    log.report(problem, at: place, help: help)
  }

  /// The reason why a path cannot be the base of a folder; nil if it may be.
  private func flaw(ofBase path: String, _ check: FolderCheck?) -> String? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return "the base \(path.quoted) does not exist"
    }
    let isFile = check?.fileExtensions.contains((path as NSString).pathExtension) ?? false
    guard isFolder.boolValue else {
      return isFile ? nil : "the base \(path.quoted) is a file, not a folder"
    }
    if check?.base(path) != nil { return "the base \(path.quoted) is an adapter itself" }
    return check?.flaw(path).map { "the base \(path.quoted) is not a model: \($0)" }
  }

  /// Checks that every file exists. Their content is checked when a run starts.
  private func checkFiles(_ files: ExternalInput, at place: YAMLNode) {
    for path in files.allPaths {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      guard !isThere || isFolder.boolValue else { continue }
      let shown =
        switch files {
        case .checkpoint, .file, .server: place.text ?? path
        case .files(let folder, _): String(path.dropFirst(folder.count + 1))
        }
      log.report(
        isThere
          ? "\(shown.quoted) is a folder, not a file" : "the file \(shown.quoted) does not exist",
        at: place, help: shown == path ? nil : "looked for \(path)")
    }
  }

  /// Checks that no stage depends on itself. Each cycle is reported once, at the input that closes
  /// it.
  private mutating func checkCycles() {
    var state: [String: Visit] = [:]
    var trail: [String] = []
    var found: [(circle: [String], place: YAMLNode)] = []
    var closing: Set<String> = []
    func visit(_ stage: ReadStage) {
      state[stage.name] = .open
      trail.append(stage.name)
      for input in stage.inputs {
        guard case .stage(let name) = input.source, let source = self[name] else { continue }
        switch state[name] {
        case nil: visit(source)
        case .open:
          let circle = trail[(trail.firstIndex(of: name) ?? 0)...]
          found.append((Array(circle) + [name], input.place))
          closing.insert(stage.name)
        case .closed: break
        }
      }
      trail.removeLast()
      state[stage.name] = .closed
    }
    for stage in stages where state[stage.name] == nil { visit(stage) }
    for index in stages.indices where closing.contains(stages[index].name) {
      stages[index].hasSoundInputs = false
    }
    for (circle, place) in found {
      // The trail goes from a stage to its inputs; the message shows the direction in which data
      // flows.
      log.report(
        "stages feed each other in a circle: \(circle.reversed().joined(separator: " → "))",
        at: place)
    }
  }

  private enum Visit { case open, closed }

  /// The stages that have no mistake themselves or in anything upstream. For all others, rules
  /// would report consequences of the mistake.
  func sound() -> [ReadStage] {
    var known: [String: Bool] = [:]
    func isSound(_ stage: ReadStage) -> Bool {
      if let answer = known[stage.name] { return answer }
      known[stage.name] = false
      let answer =
        stage.isSound && stage.hasSoundInputs && !broken.contains(stage.name)
        && stage.inputs.allSatisfy { input in
          guard case .stage(let name) = input.source else { return true }
          return self[name].map(isSound) ?? false
        }
      known[stage.name] = answer
      return answer
    }
    return stages.filter(isSound)
  }
}

extension ArtifactType {
  /// The type as a noun in a sentence: `a model`, `responses`.
  var noun: String {
    if rawValue.hasSuffix("s") { return rawValue }
    return ("aeiou".contains(rawValue.prefix(1)) ? "an " : "a ") + rawValue
  }
}
