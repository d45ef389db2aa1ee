import Fields
import Foundation

/// The folders against which relative paths are resolved.
struct FileFolders {
  /// The folder of the pipeline's own file and of `--set`.
  let directory: URL
  /// The extended files, in the order in which they were read.
  var extended: [(file: SourceFile, folder: URL)] = []

  /// The folder against which relative paths in a node are resolved.
  func folder(of node: YAMLNode) -> URL {
    extended.first { $0.file === node.home }?.folder ?? directory
  }

  /// A path that a node holds, made absolute.
  func absolute(_ path: String, in node: YAMLNode) -> String {
    let place =
      path.hasPrefix("/")
      ? URL(fileURLWithPath: path)
      : folder(of: node).absoluteURL.appendingPathComponent(path)
    return place.standardizedFileURL.path
  }
}

/// Reads the files that a pipeline's file extends, directly and indirectly.
struct ExtendedFiles {
  /// The most files that a pipeline may consist of, and the deepest chain of `extends`.
  static let fileLimit = 64
  static let depthLimit = 16

  private let files: any PipelineFiles
  private let source: SourceFile
  private let log: LoadLog
  private(set) var folders: FileFolders

  init(_ text: PipelineText, _ log: LoadLog) {
    files = text.files
    source = text.source
    self.log = log
    folders = FileFolders(directory: text.directory)
  }

  /// A file in the chain of `extends`, from the first file to the one being read.
  private struct Link {
    let file: SourceFile
    let path: String
    let folder: URL
  }

  /// The trees of all files that the pipeline's own tree extends, the base first, and that tree at
  /// the end; nil if one of them could not be read.
  mutating func layers(of root: YAMLNode) -> [YAMLNode]? {
    let folder = folders.directory
    let path = folder.appendingPathComponent((source.name as NSString).lastPathComponent)
    let start = Link(
      file: source, path: files.resolved(path.standardizedFileURL.path), folder: folder)
    return layers(of: root, in: [start])
  }

  /// The trees of a file and of all it extends, the base first; nil if one of them could not be
  /// read.
  private mutating func layers(of root: YAMLNode, in trail: [Link]) -> [YAMLNode]? {
    guard let entry = root["extends"], !entry.value.isExplicitNull else { return [root] }
    let below = root.removing(["extends"])
    let names: [YAMLNode]
    switch entry.value.content {
    case .refused: return nil
    case .sequence(let elements) where !elements.isEmpty: names = elements
    default: names = [entry.value]
    }
    var layers: [YAMLNode]? = []
    for name in names {
      let place = name.range.isEmpty ? entry.key : name
      if let found = extended(name, at: place, in: trail) {
        layers?.append(contentsOf: found)
      } else {
        layers = nil
      }
    }
    return layers.map { $0 + [below] }
  }

  private mutating func extended(
    _ name: YAMLNode, at place: YAMLNode, in trail: [Link]
  ) -> [YAMLNode]? {
    guard let parent = trail.last, !name.isRefused, let path = path(name, at: place),
      let (target, real) = target(of: path, from: parent, at: place),
      mayBeRead(real, in: trail, at: place),
      let file = file(real, named: path, from: parent, at: place, lookedFor: target)
    else { return nil }
    let folder = target.deletingLastPathComponent()
    folders.extended.append((file, folder))
    log.add(file)
    return layers(of: file, in: trail + [Link(file: file, path: real, folder: folder)], at: place)
  }

  /// The path as it is written; nil after reporting that it is none that can be extended.
  private func path(_ name: YAMLNode, at place: YAMLNode) -> String? {
    guard let path = name.text, !path.isEmpty else {
      log.report(
        "expected a file's path for 'extends', found \(name.described)", at: place,
        help: "write extends: base.yaml, or a list of files, of which later ones win")
      return nil
    }
    guard !path.contains("${") else {
      log.report("variables cannot be used in 'extends'", at: place)
      return nil
    }
    guard !path.hasPrefix("/") else {
      log.report("'extends' takes a path from this file's folder, not an absolute one", at: place)
      return nil
    }
    return path
  }

  /// The file that a path leads to, and its path without links; nil after reporting that it is
  /// outside the project.
  private func target(
    of path: String, from parent: Link, at place: YAMLNode
  ) -> (target: URL, real: String)? {
    let target = parent.folder.absoluteURL.appendingPathComponent(path).standardizedFileURL
    let project = files.project(around: folders.directory).absoluteURL.standardizedFileURL.path
    let real = files.resolved(target.path)
    guard target.path.isInside(project), real.isInside(files.resolved(project)) else {
      log.report(
        "\(path.quoted) leads out of the project", at: place,
        help: "what a pipeline extends is in \(project)")
      return nil
    }
    return (target, real)
  }

  /// True unless the file closes a circle or there are too many files, which is reported.
  private func mayBeRead(_ real: String, in trail: [Link], at place: YAMLNode) -> Bool {
    if let start = trail.firstIndex(where: { $0.path == real }) {
      let circle = (trail[start...] + [trail[start]]).map(\.file.name)
      log.report(
        "files extend each other in a circle: \(circle.joined(separator: " → "))", at: place)
      return false
    }
    guard trail.count < Self.depthLimit else {
      log.report(
        "files may extend each other at most \(Self.depthLimit) levels deep", at: place)
      return false
    }
    guard folders.extended.count < Self.fileLimit else {
      log.report("a pipeline may be made of at most \(Self.fileLimit) files", at: place)
      return false
    }
    return true
  }

  /// The file's text; nil after reporting that it cannot be read.
  private func file(
    _ real: String, named path: String, from parent: Link, at place: YAMLNode,
    lookedFor target: URL
  ) -> SourceFile? {
    do {
      return try SourceFile(name: parent.file.name.beside(path), bytes: files.bytes(of: real))
    } catch let problem as UnreadableFile {
      log.report(
        "cannot read \(path.quoted): \(problem)", at: place, help: "looked for \(target.path)")
    } catch let diagnostic as Diagnostic {
      log.diagnostics.append(diagnostic)
    } catch {
      log.report("cannot read \(path.quoted): \(error.inWords)", at: place)
    }
    return nil
  }

  private mutating func layers(
    of file: SourceFile, in trail: [Link], at place: YAMLNode
  ) -> [YAMLNode]? {
    let (root, found) = YAMLComposer.compose(file)
    log.diagnostics += found
    guard let root, !root.isRefused else {
      if found.isEmpty { log.report("\(file.name.quoted) is empty", at: place) }
      return nil
    }
    guard root.entries != nil else {
      log.report("a pipeline is a map, but this is \(root.described)", at: root)
      return nil
    }
    return layers(of: root, in: trail)
  }
}

extension String {
  /// True if a path is this folder or inside it.
  fileprivate func isInside(_ folder: String) -> Bool {
    self == folder || hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  /// The name of a file given relative to this file's name: `../b.yaml` seen from
  /// `pipelines/a.yaml` is `b.yaml`.
  fileprivate func beside(_ path: String) -> String {
    var parts = split(separator: "/", omittingEmptySubsequences: false).dropLast()[...]
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }
}
