import Fields
import Foundation
import OrderedCollections
import PipelineCore

/// The folder a program works in:
///
/// ```
/// inputs/NAME            an artifact's files, or inputs/NAME.ENDING for a single file
/// inputs/NAME/LABEL/1    the points of a stage that is given under a label
/// output/                what it leaves is the result
/// parameters.json        params, and where inputs and output are
/// tmp/                   its temporary files
/// ```
/// Paths in it are relative, so that nothing depends on where it is.
struct ProgramFolder {
  static let output = "output"
  private static let parameters = "parameters.json"

  private let scratch: ScratchFolder
  /// The path of each input, by role, or by role and label.
  private var places: [[String]: String] = [:]

  var path: String { scratch.path }

  init(
    _ scratch: ScratchFolder, _ configuration: CommandKind.Configuration,
    _ context: any StageContext
  ) throws {
    self.scratch = scratch
    for name in ["inputs", Self.output, "tmp"] {
      try FileManager.default.createDirectory(
        atPath: scratch.path + "/" + name, withIntermediateDirectories: false)
    }
    var inputs: [(String, JSONText)] = []
    for role in context.inputRoles {
      if let artifact = context.optionalInput(role) {
        let place = try copy(artifact, to: "inputs/\(role)")
        places[[role]] = place
        inputs.append((role, .string(place)))
        continue
      }
      places[[role]] = "inputs/\(role)"
      let groups = OrderedDictionary(grouping: context.collected(role), by: \.label)
      inputs.append(
        (
          role,
          .object(
            try groups.map { label, points in
              places[[role, label]] = "inputs/\(role)/\(label)"
              return (
                label,
                .array(
                  try points.enumerated().map { index, point in
                    let place = "inputs/\(role)/\(label)/\(index + 1)"
                    return .object([
                      ("path", .string(try copy(point.artifact, to: place))),
                      (
                        "point", .object(point.point.map { ($0.path, JSONText($0.shown)) })
                      ),
                    ])
                  })
              )
            })
        ))
    }
    var members: [(String, JSONText)] = [
      ("params", JSONText(.map(configuration.params))), ("inputs", .object(inputs)),
      ("output", .string(Self.output)),
    ]
    if CommandKind().usesSeed(context.config) {
      members.append(("seed", .int(Int(truncatingIfNeeded: context.seed))))
    }
    try scratch.write(JSONText.object(members).file, to: Self.parameters)
  }

  /// - Returns: the folder of the files, or the file itself if the artifact's type is `file`.
  private func copy(_ artifact: any ArtifactReader, to place: String) throws -> String {
    if artifact.type == .file, let only = artifact.files.first {
      let ending = (only as NSString).pathExtension
      let file = ending.isEmpty ? place : place + "." + ending
      try scratch.write(try artifact.read(only), to: file)
      return file
    }
    for path in artifact.files {
      try scratch.write(try artifact.read(path), to: place + "/" + path)
    }
    return place
  }

  /// The path of an input: of a role, or of a label in a role.
  func place(ofInput path: [String]) -> String {
    places[path] ?? "inputs/" + path.joined(separator: "/")
  }

  // MARK: Outputs

  static func isOutput(_ path: String) -> Bool {
    let parts = (path.hasSuffix("/") ? path.dropLast() : path[...])
      .split(separator: "/", omittingEmptySubsequences: false)
    return path.utf8.count <= 1024
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
      }
      && !path.unicodeScalars.contains {
        $0.value < 0x20 || $0.value == 0x7F || $0 == "\\" || $0 == "\""
      }
  }

  /// The files that the program left, declared and others.
  /// - Throws: `StageFailure` if a declared output does not exist or is not a regular file.
  func outputs(
    _ declared: [String]
  ) throws -> (kept: [(path: String, place: String)], others: [String]) {
    let root = scratch.path + "/" + Self.output
    let found: [(path: String, isRegular: Bool)]
    do {
      found = try files(in: root, "", depth: 0)
    } catch let error as CocoaError {
      throw StageFailure("what it left in '\(Self.output)' cannot be read: \(error.reasonInWords)")
    }
    var kept: Set<String> = []
    for name in declared {
      let inside =
        name.hasSuffix("/")
        ? found.filter { $0.path.hasPrefix(name) } : found.filter { $0.path == name }
      guard !inside.isEmpty else { throw StageFailure("it left no '\(name)' in '\(Self.output)'") }
      for file in inside {
        guard Self.isOutput(file.path) else {
          throw StageFailure("it left a file whose name cannot be kept: '\(file.path)'")
        }
        guard file.isRegular else {
          throw StageFailure(
            "'\(file.path)', which it left, is not a regular file but a link or device")
        }
        kept.insert(file.path)
      }
    }
    return (
      kept.sorted().map { ($0, root + "/" + $0) },
      found.map(\.path).filter { !kept.contains($0) }
    )
  }

  /// All files below a folder, folders themselves excluded; links are not followed.
  private func files(
    in root: String, _ folder: String, depth: Int
  ) throws -> [(path: String, isRegular: Bool)] {
    guard depth <= 16 else { throw StageFailure("it left folders nested more than 16 deep") }
    var found: [(path: String, isRegular: Bool)] = []
    let place = folder.isEmpty ? root : root + "/" + folder
    for name in try FileManager.default.contentsOfDirectory(atPath: place).sorted() {
      let path = folder.isEmpty ? name : folder + "/" + name
      let kind = try FileManager.default.attributesOfItem(atPath: root + "/" + path)[.type]
      if kind as? FileAttributeType == .typeDirectory {
        found += try files(in: root, path, depth: depth + 1)
      } else {
        found.append((path, kind as? FileAttributeType == .typeRegular))
      }
      guard found.count <= 10_000 else { throw StageFailure("it left more than 10000 files") }
    }
    return found
  }
}
