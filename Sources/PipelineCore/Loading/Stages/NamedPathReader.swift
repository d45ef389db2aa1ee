import Fields
import Foundation

/// Makes the paths that fields hold absolute, and takes their files as inputs.
struct NamedPathReader {
  let folders: FileFolders
  let log: LoadLog

  func read(_ stage: inout ReadStage) {
    guard stage.isSound, let kind = stage.kind, let config = stage.config else { return }
    let paths = kind.namedPaths(in: config)
    refuseOthers(of: paths, in: &stage)
    for named in paths {
      let place = stage.node.place(of: named.field) ?? stage.key
      let path = folders.absolute(named.path, in: place)
      stage.set(.string(path), at: named.field)
      guard FileManager.default.fileExists(atPath: path) else {
        log.reportMissing(
          path, "the file or folder \(named.path.quoted) does not exist", of: stage.name, at: place,
          help: path == named.path ? nil : "looked for \(path)")
        stage.isSound = false
        continue
      }
      guard let files = named.files(path) else { continue }
      // A pipeline that was written out in full names the files as an input too. Only those of the
      // path are read, so no others may stand for them in the key.
      stage.inputs.removeAll { $0.roleName == named.role }
      stage.inputs.append(
        InputDraft(
          roleName: named.role, role: kind.role(named: named.role), label: nil,
          source: .external(files), place: place))
    }
  }

  /// Refuses inputs in the place of those that are taken from a field which names no path: they
  /// would change the key and nothing else.
  private func refuseOthers(of paths: [NamedPath], in stage: inout ReadStage) {
    for input in stage.inputs {
      guard let field = input.role?.field, !paths.contains(where: { $0.role == input.roleName })
      else { continue }
      log.report(
        "\(stage.name.quoted) takes '\(input.roleName)' from the field '\(field)', "
          + "which is not set",
        at: input.place, help: "leave it out of 'inputs'")
      stage.hasSoundInputs = false
    }
  }
}

extension ReadStage {
  /// Changes the value of a field.
  fileprivate mutating func set(_ value: FieldValue, at path: [String]) {
    config = config?.setting(value, at: path[...])
    guard let first = path.first else { return }
    members[first] = (members[first] ?? .absent).setting(value, at: path.dropFirst())
  }
}
