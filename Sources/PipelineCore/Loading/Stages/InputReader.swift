import Fields
import Foundation

/// Reads the inputs of a stage.
struct InputReader {
  private let stage: StageDraft
  private let folders: FileFolders
  private let log: LoadLog
  private(set) var inputs: [InputDraft] = []

  init(of stage: StageDraft, folders: FileFolders, _ log: LoadLog) {
    self.stage = stage
    self.folders = folders
    self.log = log
  }

  /// - Returns: true if there was no mistake. An input refused by the parser is not counted here;
  ///   it already makes the stage's fields unsound.
  mutating func read() -> Bool {
    let before = log.mistakeCount
    readEntries()
    return log.mistakeCount == before
  }

  private mutating func readEntries() {
    let entry = stage.node["inputs"]
    var given: Set<String> = []
    if let entry {
      if case .refused = entry.value.content { return }
      guard let entries = entry.value.entries else {
        log.report(
          "expected a map from roles to stages for 'inputs', found \(entry.value.described)",
          at: entry.place)
        return
      }
      for input in entries { given.formUnion(read(input)) }
    }
    for role in stage.kind?.roles ?? [] where role.isRequired && !given.contains(role.name) {
      log.report(
        "missing input '\(role.name)' of \(stage.name.quoted)", at: entry?.key ?? stage.key,
        help: "'\(role.name)' takes \(role.accepts.map(\.noun).joined(separator: " or ")): "
          + role.meaning)
    }
  }

  /// - Returns: the roles that the entry fills.
  private mutating func read(_ entry: YAMLNode.Entry) -> [String] {
    var role: Role?
    if let kind = stage.kind {
      role = kind.role(named: entry.name)
      if role != nil, !entry.name.isMapKey {
        log.report(
          "\(entry.key.described) cannot name an input", at: entry.key,
          help: "use letters, digits, _ and -")
        return []
      }
      if role == nil {
        let names = kind.roles.map(\.name)
        let unknown = UnknownName("input", entry.name, "of \(stage.name.quoted)", among: names)
        log.report(
          names.isEmpty ? unknown.statement + "; '\(kind.name)' takes none" : unknown.message,
          at: entry.key, help: unknown.suggestion)
        return unknown.nearest.map { [$0] } ?? []
      }
    }
    if let role, !role.isRequired, entry.value.isExplicitNull { return [entry.name] }
    // For an undeclared role, or when the kind is unknown, the written form decides whether it is
    // labelled.
    let isDeclared = stage.kind?.roles.contains { $0.name == entry.name } ?? false
    let isLabelled =
      isDeclared
      ? role?.collects ?? false : !ExternalInput.forms.contains { entry.value[$0] != nil }
    if isLabelled, let labels = entry.value.entries {
      readLabels(labels, of: entry, role: role)
    } else if let role, role.collects, !entry.value.isRefused {
      let name = entry.value.text.flatMap { $0.isSlug ? $0 : nil }
      let example = name.map { "{\($0): \($0)}" } ?? "{LABEL: STAGE}"
      log.report(
        "expected a map from labels to stages for '\(role.name)', found \(entry.value.described)",
        at: entry.place, help: "'\(role.name)' collects several stages: write \(example)")
    } else {
      add(entry.value, role: role, roleName: entry.name, label: nil, at: entry.place)
    }
    return [entry.name]
  }

  private mutating func readLabels(
    _ labels: [YAMLNode.Entry], of entry: YAMLNode.Entry, role: Role?
  ) {
    if labels.isEmpty, let role, role.isRequired {
      log.report("'\(role.name)' needs at least one stage", at: entry.place)
    }
    for label in labels {
      if ExternalInput.forms.contains(label.name), let text = label.value.text, !text.isSlug {
        log.report(
          "expected a map from labels to files for \(entry.name.quoted), found a file without one",
          at: entry.place, help: "write {LABEL: {\(label.name): \(text)}}")
        continue
      }
      guard label.name.isMapKey else {
        log.report(
          "\(label.key.described) cannot be a label", at: label.key,
          help: "use letters, digits, _ and -")
        continue
      }
      add(
        label.value, role: role, roleName: entry.name, label: label.name, at: label.place)
    }
  }

  private mutating func add(
    _ node: YAMLNode, role: Role?, roleName: String, label: String?, at place: YAMLNode
  ) {
    guard !node.isRefused, let (source, shown) = source(node, at: place) else { return }
    inputs.append(
      InputDraft(roleName: roleName, role: role, label: label, source: source, place: shown))
  }

  /// Reads a source: a stage's name, or one of the forms for external inputs.
  private func source(
    _ node: YAMLNode, at place: YAMLNode
  ) -> (source: InputSource, place: YAMLNode)? {
    if let name = node.text, !name.isEmpty { return (.stage(name), place) }
    let forms =
      "a stage's name, {checkpoint: FOLDER}, {file: PATH}, {files: [PATH, …]} or {server: …}"
    guard let entries = node.entries else {
      log.report("expected \(forms), found \(node.described)", at: place)
      return nil
    }
    let known = ExternalInput.forms + Self.companions.values.sorted()
    if let form = entries.first(where: { ExternalInput.forms.contains($0.name) }),
      entries.allSatisfy({ $0.name == form.name || Self.companions[form.name] == $0.name })
    {
      switch form.name {
      case "checkpoint":
        return checkpoint(form, over: entries.first { $0.name == ExternalInput.baseWord })
      case "file":
        return path(form, "a file's path").map { (.external(.file(path: $0)), form.place) }
      case "server":
        return server(form)
      default:
        return files(form, in: entries.first { $0.name == "folder" })
      }
    }
    let odd = entries.first { !known.contains($0.name) } ?? entries.last
    log.report(
      "an input is \(forms)", at: odd?.key ?? place,
      help: odd.flatMap { UnknownName("form", $0.name, among: ExternalInput.forms).suggestion })
    return nil
  }

  /// The word that may stand beside a form.
  private static let companions = ["files": "folder", "checkpoint": ExternalInput.baseWord]

  private func checkpoint(
    _ entry: YAMLNode.Entry, over base: YAMLNode.Entry?
  ) -> (source: InputSource, place: YAMLNode)? {
    guard let folder = path(entry, "a folder's path") else { return nil }
    guard let base else { return (.external(.checkpoint(path: folder)), entry.place) }
    return path(base, "a folder's path").map {
      (.external(.checkpoint(path: folder, base: $0)), entry.place)
    }
  }

  /// A server, whose fields the stage's kind declares.
  private func server(_ entry: YAMLNode.Entry) -> (source: InputSource, place: YAMLNode)? {
    // Without fields the role's check tells what is wrong.
    guard let form = stage.kind?.server else {
      return stage.kind.map { _ in
        (.external(.server(address: "", fields: .absent)), entry.place)
      }
    }
    guard !entry.value.isRefused else { return nil }
    guard let entries = entry.value.entries else {
      log.report(
        "expected a map of a server's fields, found \(entry.value.described)", at: entry.place)
      return nil
    }
    let before = log.mistakeCount
    let fields = FieldValue.map(
      log.validator.members(
        of: entries, in: form.fields,
        at: Validator.FieldPlace(
          path: [entry.name], node: entry.key, key: entry.key, root: form.fields)))
    guard log.mistakeCount == before else { return nil }
    for issue in form.issues(fields) {
      log.report(
        issue.message, at: entry.value.place(of: issue.path) ?? entry.place, help: issue.help)
    }
    return (.external(.server(address: form.address(fields), fields: fields)), entry.place)
  }

  /// A path relative to the folder of the file that contains it, made absolute.
  private func path(_ entry: YAMLNode.Entry, _ wanted: String) -> String? {
    guard let path = entry.value.text, !path.isEmpty else {
      if !entry.value.isRefused {
        log.report("expected \(wanted), found \(entry.value.described)", at: entry.place)
      }
      return nil
    }
    return folders.absolute(path, in: entry.value)
  }

  private func files(
    _ entry: YAMLNode.Entry, in folder: YAMLNode.Entry?
  ) -> (source: InputSource, place: YAMLNode)? {
    guard !entry.value.isRefused else { return nil }
    guard let elements = entry.value.elements, (1...1000).contains(elements.count) else {
      log.report(
        "expected a list of 1 to 1000 files' paths, found \(entry.value.described)",
        at: entry.place)
      return nil
    }
    var paths: [String] = []
    for element in elements {
      let place = element.range.isEmpty ? entry.key : element
      guard !element.isRefused else { return nil }
      guard let path = element.text else {
        log.report("expected a file's path, found \(element.described)", at: place)
        return nil
      }
      do {
        try RelativePath.check(path)
      } catch {
        log.report(
          "\(path.quoted) cannot be one of 'files', which keep their paths in a folder", at: place,
          help: "write paths inside the folder, and the folder as {files: […], folder: FOLDER}")
        return nil
      }
      guard !paths.contains(path) else {
        log.report("\(path.quoted) is given twice", at: place)
        return nil
      }
      paths.append(path)
    }
    let root: String
    if let folder {
      guard let path = path(folder, "a folder's path") else { return nil }
      root = path
    } else {
      root = folders.folder(of: entry.value).absoluteURL.standardizedFileURL.path
    }
    return (.external(.files(folder: root, paths: paths)), entry.place)
  }
}
