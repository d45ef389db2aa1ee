import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct PathTests {
  @Test(
    arguments: [
      "", "/etc/passwd", "../x", "a/../../x", "a/..", "./a", "a//b", "a/", "a\u{0}b", "a\nb",
      "a\"b", "a\\b", String(repeating: "x", count: 256), String(repeating: "x/", count: 600) + "x",
    ])
  func `a path that could leave its folder is refused`(_ path: String) throws {
    let folder = try TemporaryFolder()
    let scratch = try folder.store().makeScratch()
    let error = #expect(throws: StoreError.self) { try scratch.write(Data(), to: path) }
    guard case .outside = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(folder.listing("store/tmp").isEmpty)
  }

  @Test(arguments: ["a", "a/b.c/d-e_f", "..a", "a..", "ä/ö 1", "a:b"])
  func `an ordinary path is accepted`(_ path: String) throws {
    let store = try TemporaryFolder().store()
    let scratch = try store.makeScratch()
    try scratch.write(Data("x".utf8), to: path)
    #expect(try store.commit(scratch, type: ArtifactType("text")).files == [path])
  }

  @Test func `a link planted in the output folder is not followed`() throws {
    let folder = try TemporaryFolder()
    try folder.write("keep", to: "outside/file")
    let scratch = try folder.store().makeScratch()
    try scratch.write(Data("x".utf8), to: "a/b")
    let session = try #require(folder.listing("store/tmp").first)
    let root = folder.url.appending(path: "store/tmp/\(session)")
      .deletingLastPathComponent().deletingLastPathComponent()
    try FileManager.default.createSymbolicLink(
      at: root.appending(path: "link"), withDestinationURL: folder.url.appending(path: "outside"))
    #expect(throws: StoreError.outside(path: "link/file", reason: "'link' is a link")) {
      try scratch.write(Data("overwritten".utf8), to: "link/file")
    }
    #expect(
      try String(contentsOf: folder.url.appending(path: "outside/file"), encoding: .utf8) == "keep")
  }

  @Test func `a path that is both file and folder is refused`() throws {
    let scratch = try TemporaryFolder().store().makeScratch()
    try scratch.write(Data(), to: "a/b")
    #expect(throws: StoreError.conflict(path: "a")) { try scratch.write(Data(), to: "a") }
    #expect(throws: StoreError.conflict(path: "a/b/c")) { try scratch.write(Data(), to: "a/b/c") }
  }

  @Test func `a manifest with a path that leaves its folder is no artifact`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let digest = ContentDigest.hex(of: Data("x".utf8))
    let manifest = Manifest(
      type: ArtifactType("text"), files: [Manifest.File(path: "../x", digest: digest, size: 1)])
    let place = "store/objects/\(manifest.digest.prefix(2))/\(manifest.digest.dropFirst(2))"
    try folder.write(String(decoding: manifest.bytes, as: UTF8.self), to: place)
    #expect(throws: StoreError.outside(path: "../x", reason: "it has the part '..'")) {
      try store.export(manifest.digest, to: folder.url.appending(path: "exported"))
    }
  }

  @Test func `what is not a digest never becomes a path`() throws {
    let store = try TemporaryFolder().store()
    for text in ["", "../../etc/passwd", String(repeating: "A", count: 64)] {
      #expect(throws: StoreError.outside(path: text, reason: "it is not a digest")) {
        try store.artifact(text)
      }
    }
  }
}

@Suite struct ExportTests {
  @Test func `an export is a verified copy that appears whole`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let artifact = try store.commit(["a/b": "one", "c": "two"])
    let target = folder.url.appending(path: "new/place")
    try store.export(artifact.digest, to: target)
    #expect(folder.listing("new") == ["place/a/b", "place/c"])
    #expect(try String(contentsOf: target.appending(path: "a/b"), encoding: .utf8) == "one")
    // The user owns the copy and may change it.
    #expect(FileManager.default.isWritableFile(atPath: target.appending(path: "c").path))
  }

  @Test func `a folder that holds something is not overwritten`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let artifact = try store.commit(["a": "one"])
    try folder.write("mine", to: "taken/file")
    let taken = folder.url.appending(path: "taken")
    let error = #expect(throws: StoreError.self) { try store.export(artifact.digest, to: taken) }
    #expect("\(try #require(error))".hasSuffix("is not empty; choose a new folder"))
    #expect(folder.listing("taken") == ["file"])
  }

  @Test func `a file or a link in the way is left as it is`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let artifact = try store.commit(["a": "one"])
    try folder.write("mine", to: "file")
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "empty"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "link", withDestinationPath: "empty")
    for (name, reason) in [
      ("file", "a file of that name is in the way"), ("link", "it is a symbolic link"),
    ] {
      let error = #expect(throws: StoreError.self) {
        try store.export(artifact.digest, to: folder.url.appending(path: name))
      }
      #expect("\(try #require(error))".hasSuffix(reason))
    }
    #expect(folder.listing("empty").isEmpty)
    #expect(try String(contentsOf: folder.url.appending(path: "file"), encoding: .utf8) == "mine")
    // An empty folder of the user is filled.
    try store.export(artifact.digest, to: folder.url.appending(path: "empty"))
    #expect(folder.listing("empty") == ["a"])
  }

  @Test func `a damaged artifact is not exported`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let artifact = try store.commit(["a": "one", "b": "two"])
    try overwrite(store.blob("two"), with: "owt")
    #expect(throws: StoreError.self) {
      try store.export(artifact.digest, to: folder.url.appending(path: "new"))
    }
    #expect(folder.listing("new").isEmpty)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names == ["store"])
  }
}

@Suite struct ExternalArtifactTests {
  private func read(_ folder: TemporaryFolder) throws -> ExternalArtifact {
    try ExternalArtifact(
      .checkpoint(path: folder.path + "/model"), folderType: ArtifactType("model"),
      store: try folder.store())
  }

  @Test func `a folder from outside is known by its content alone`() throws {
    let folder = try TemporaryFolder()
    try folder.write("weights", to: "model/model.safetensors")
    try folder.write("{}", to: "model/config.json")
    try folder.write("junk", to: "model/.DS_Store")
    let external = try read(folder)
    #expect(external.files == ["config.json", "model.safetensors"])
    #expect(try external.read("config.json") == Data("{}".utf8))
    // The same files made by a stage are the same artifact.
    let made = try folder.store().commit(
      ["model.safetensors": "weights", "config.json": "{}"], type: "model")
    #expect(external.digest == made.digest)

    try folder.write("weighty", to: "model/model.safetensors")
    #expect(try read(folder).digest != external.digest)
    // The file changed after it was hashed.
    #expect(throws: StoreError.self) { try external.read("model.safetensors") }
  }

  @Test func `links out of the folder are refused, links inside are followed`() throws {
    let folder = try TemporaryFolder()
    try folder.write("weights", to: "model/a.bin")
    let inside = folder.url.appending(path: "model/b.bin")
    try FileManager.default.createSymbolicLink(
      atPath: inside.path, withDestinationPath: "a.bin")
    #expect(try read(folder).read("b.bin") == Data("weights".utf8))

    try folder.write("secret", to: "secret")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/model/c.bin", withDestinationPath: "../secret")
    let secret = try #require(realpath(folder.path + "/secret", nil))
    defer { free(secret) }
    #expect(
      throws: StoreError.outside(
        path: folder.path + "/model/c.bin",
        reason: "it links to '\(String(cString: secret))', outside the folder")
    ) { try read(folder) }
  }

  @Test func `an error names the path that was given, not the one a link leads to`() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "real/inner/a")
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real")
    #expect(throws: StoreError.unreadable(path: link + "/inner", reason: "it is a folder")) {
      try ExternalArtifact(
        .files(folder: link, paths: ["inner"]), folderType: .files, store: try folder.store())
    }
    #expect(throws: StoreError.unreadable(path: link, reason: "it is a folder")) {
      try ExternalArtifact(.file(path: link), folderType: .file, store: try folder.store())
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/real/gone", withDestinationPath: "nowhere")
    #expect(throws: StoreError.missing(path: link + "/gone")) {
      try ExternalArtifact(
        .checkpoint(path: link), folderType: ArtifactType("model"), store: try folder.store())
    }
  }

  @Test func `a missing, empty or odd folder is one clear sentence`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: StoreError.missing(path: folder.path + "/model")) { try read(folder) }
    try folder.write("x", to: "model")
    // Kinds judge a single file, such as a GGUF file.
    #expect(try read(folder).files == ["content"])
    try FileManager.default.removeItem(atPath: folder.path + "/model")
    try folder.write("x", to: "model/.hidden")
    #expect(
      throws: StoreError.unreadable(
        path: folder.path + "/model", reason: "the folder holds no files")
    ) { try read(folder) }
  }
}
