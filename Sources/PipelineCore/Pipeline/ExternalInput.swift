package import Fields

/// An artifact from outside the pipeline that is given as an input. The key covers its content, not
/// its location; the content of a server is its identity.
package enum ExternalInput: Sendable, Hashable {
  /// `{checkpoint: FOLDER}`: the folder of a model, or its only file, by the absolute path; for an
  /// adapter with the model that it adapts, `{checkpoint: FOLDER, base: FOLDER}`.
  case checkpoint(path: String, base: String? = nil)
  /// `{file: PATH}`: one file, by its absolute path.
  case file(path: String)
  /// `{files: [PATH, …]}`: files of a folder, identified by their paths inside it.
  case files(folder: String, paths: [String])
  /// `{server: {…}}`: a server that is asked while a stage runs, by its fields (`ServerForm`).
  /// `address` says in one line, for people, what is asked where.
  case server(address: String, fields: FieldValue)

  /// The words that a pipeline can write for an external input.
  static let forms = ["checkpoint", "file", "files", "server"]
  /// The word for the model that an adapter adapts; its files come below a folder of this name.
  static let baseWord = "base"

  /// The word that a pipeline writes for it.
  package var form: String {
    switch self {
    case .checkpoint: "checkpoint"
    case .file: "file"
    case .files: "files"
    case .server: "server"
    }
  }

  package var type: ArtifactType {
    switch self {
    case .checkpoint: ArtifactType("model")
    case .file: .file
    case .files: .files
    case .server: .server
    }
  }

  /// The path of the file, or of the folder; the address of a server.
  package var path: String {
    switch self {
    case .checkpoint(let path, _), .file(let path), .files(let path, _), .server(let path, _): path
    }
  }

  /// The path of the model that an adapter adapts; nil if there is none.
  package var base: String? {
    if case .checkpoint(_, let base) = self { base } else { nil }
  }

  /// The absolute path of every file that is named; for a checkpoint, of the whole.
  package var allPaths: [String] {
    switch self {
    case .checkpoint(let path, let base): [path] + (base.map { [$0] } ?? [])
    case .file(let path): [path]
    case .files(let folder, let paths): paths.map { folder + "/" + $0 }
    case .server: []
    }
  }

  /// True if it is an artifact as a whole, not files that are named one by one.
  package var isFolder: Bool {
    if case .checkpoint = self { true } else { false }
  }

  /// True if it is files that are named one by one.
  package var isFiles: Bool {
    switch self {
    case .file, .files: true
    case .checkpoint, .server: false
    }
  }

  /// An external input that was opened to be checked before anything runs.
  package struct Opened: Sendable {
    package let role: String
    package let label: String?
    /// The path to show in messages.
    package let name: String
    package let artifact: any ArtifactReader

    package init(role: String, label: String?, name: String, artifact: any ArtifactReader) {
      self.role = role
      self.label = label
      self.name = name
      self.artifact = artifact
    }
  }
}

extension ExternalInput {
  /// The members used for it in records and saved plans.
  var json: [(String, JSONText)] {
    switch self {
    case .checkpoint(let path, let base):
      [(form, .string(path))] + (base.map { [(Self.baseWord, .string($0))] } ?? [])
    case .file(let path): [(form, .string(path))]
    case .files(let folder, let paths):
      [("folder", .string(folder)), ("files", .array(paths.map { .string($0) }))]
    case .server(let address, let fields):
      [("address", .string(address)), (form, JSONText.exactly(fields))]
    }
  }

  /// - Returns: nil if the members describe no external input.
  init?(json: JSONText) {
    if let path = json["file"]?.stringValue {
      self = .file(path: path)
    } else if let folder = json["folder"]?.stringValue, let paths = json["files"]?.arrayValue {
      self = .files(folder: folder, paths: paths.compactMap(\.stringValue))
    } else if let path = json["checkpoint"]?.stringValue {
      self = .checkpoint(path: path, base: json[Self.baseWord]?.stringValue)
    } else if let address = json["address"]?.stringValue, let fields = json["server"] {
      self = .server(address: address, fields: FieldValue(exactly: fields))
    } else {
      return nil
    }
  }
}

extension ArtifactType {
  /// A single file of any format.
  package static let file = ArtifactType("file")
  /// Several files of any format.
  package static let files = ArtifactType("files")
  /// Something that answers over the network.
  package static let server = ArtifactType("server")
}
