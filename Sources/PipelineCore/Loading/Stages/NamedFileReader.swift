import Fields
import Foundation

/// Finds the files that fields name without folder and extension.
struct NamedFileReader {
  let files: any PipelineFiles
  let folders: FileFolders
  let log: LoadLog

  /// Adds each file named by a stage's fields as an input, and checks it.
  func read(_ stage: inout ReadStage) {
    guard stage.isSound, let kind = stage.kind, let config = stage.config else { return }
    for named in kind.namedFiles(in: config) {
      let place = stage.node.place(of: named.field) ?? stage.key
      let given = stage.inputs.first { $0.roleName == named.role }?.source
      let path: String
      if let given {
        guard case .external(.file(let file)) = given else { continue }
        path = file
      } else {
        guard let found = find(named, from: folders.folder(of: place), at: place) else {
          stage.hasSoundInputs = false
          continue
        }
        path = found
        stage.inputs.append(
          InputDraft(
            roleName: named.role, role: kind.role(named: named.role), label: nil,
            source: .external(.file(path: path)), place: place))
      }
      look(into: path, as: named, of: stage, at: place)
    }
  }

  /// The nearest file of that name, going up inside the project; nil after reporting that none
  /// exists.
  private func find(_ named: NamedFile, from start: URL, at place: YAMLNode) -> String? {
    let root = files.project(around: start).standardizedFileURL.path
    var known: [String] = []
    for folder in start.upward {
      for library in [named.folder, "pipelines/" + named.folder] {
        let library = folder.appendingPathComponent(library)
        let path = library.appendingPathComponent(named.name + ".yaml").path
        if FileManager.default.fileExists(atPath: path) { return path }
        known += ((try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? [])
          .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
      }
      if folder.standardizedFileURL.path == root { break }
    }
    log.report(
      "the file '\(named.folder)/\(named.name).yaml' does not exist beside the pipeline or "
        + "above it",
      at: place, help: UnknownName("file", named.name, among: known).help)
    return nil
  }

  private func look(
    into path: String, as named: NamedFile, of stage: ReadStage, at place: YAMLNode
  ) {
    let shown = (path as NSString).pathComponents.suffix(2).joined(separator: "/")
    do {
      let file = try SourceFile(name: shown, bytes: files.bytes(of: path))
      let found = named.check(file)
      log.diagnostics += found.mistakes
      for issue in found.issues {
        log.report(
          issue.message, at: stage.node.place(of: issue.path) ?? place, help: issue.help)
      }
    } catch let diagnostic as Diagnostic {
      log.diagnostics.append(diagnostic)
    } catch {
      log.report("\(shown.quoted) cannot be read: \(error.inWords)", at: place)
    }
  }
}
