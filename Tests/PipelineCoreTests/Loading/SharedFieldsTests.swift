import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct `Fields that all stages share` {
  private struct Voice: FieldGroup {
    var name = "plain"
    var source = ""
    var greeting = ""
    static let meaning = "A way to speak"
    static var fields: [Field<Voice>] {
      [
        .string("name", \.name, "The voice", .semantic),
        .string("source", \.source, "The folder of its files", .operational),
        .string("greeting", \.greeting, "Its first words", .semantic),
      ]
    }
  }

  private struct Speech: FieldGroup {
    var voice: Voice?
    var words = 1
    static let meaning = "Speaking"
    static var fields: [Field<Speech>] {
      [
        .group("voice", \.voice, Voice.meaning, .semantic),
        .int("words", \.words, 1...9, "Number of words", .semantic),
      ]
    }
  }

  /// A kind that speaks; it reads the files that `voice.source` names.
  private struct Speaking: StageKind {
    let name = "speak"
    let meaning = "Speak"
    let version = 1
    let roles = [
      Role("voice", accepts: [.files], required: false, "files of the voice"),
      Role("after", accepts: [ArtifactType("speech")], required: false, "what was said before"),
    ]
    let output = ArtifactType("speech")
    let fields = Speech.descriptor
    let usesSeed = false
    let usesNumerics = false

    func namedPaths(in config: FieldValue) -> [NamedPath] {
      guard let path = config[path: ["voice", "source"]].stringValue, !path.isEmpty else {
        return []
      }
      return [
        NamedPath(role: "voice", field: ["voice", "source"], path: path) { path in
          FileManager.default.fileExists(atPath: path + "/config.json")
            ? .files(folder: path, paths: ["config.json"]) : nil
        }
      ]
    }

    func run(_ context: any StageContext) throws {}
  }

  private static let counting = PlanningKind(
    name: "count", output: ArtifactType("count"),
    fields: GroupDescriptor(meaning: "Counting", fields: []))
  private static let kinds = StageKinds(
    [Speaking(), counting], shared: [Speech.descriptor["voice"]].compactMap { $0 })

  private static func head(_ voice: String, _ stages: String) -> String {
    "version: 1\nname: demo\n\(voice)\nstages:\n\(stages)"
  }

  private func load(
    _ text: String, _ overrides: [String] = [], in folder: URL
  ) -> (resolved: ResolvedPipeline?, diagnostics: [Diagnostic]) {
    Pipeline.resolve(
      SourceFile(name: "p.yaml", text: text), overrides: overrides, kinds: Self.kinds,
      directory: folder)
  }

  private func config(
    _ stage: String, of text: String, _ overrides: [String] = [], in folder: URL
  ) throws -> FieldValue {
    let (resolved, diagnostics) = load(text, overrides, in: folder)
    #expect(diagnostics.map(\.message) == [])
    return try #require(resolved?.pipeline.stages.first { $0.name == stage }).config["voice"]
  }

  @Test func `are the defaults of stages that have them`() throws {
    try withModelFolder { folder in
      let text = Self.head(
        "voice: {name: low, greeting: hello}",
        """
          a: {kind: speak}
          b: {kind: speak, voice: {greeting: hi}}
          c: {kind: speak, voice: {name: high}}
          d: {kind: speak, voice: null}
          e: {kind: count}
          f: {kind: speak, voice: {name: low}}
        """)
      let a = try config("a", of: text, in: folder)
      #expect([a["name"].stringValue, a["greeting"].stringValue] == ["low", "hello"])
      let b = try config("b", of: text, in: folder)
      #expect([b["name"].stringValue, b["greeting"].stringValue] == ["low", "hi"])
      let c = try config("c", of: text, in: folder)
      #expect(
        [c["name"].stringValue, c["greeting"].stringValue] == ["high", ""],
        "another voice takes nothing of the shared one")
      #expect(try config("d", of: text, in: folder).isAbsent)
      let f = try config("f", of: text, in: folder)
      #expect([f["name"].stringValue, f["greeting"].stringValue] == ["low", "hello"])
      let set = try config("a", of: text, ["voice.greeting=good day"], in: folder)
      #expect(set["greeting"].stringValue == "good day")
    }
  }

  @Test func `have their mistakes told once, at the top`() throws {
    try withModelFolder { folder in
      let stages = "  a: {kind: speak}\n  b: {kind: speak}\n"
      func mistakes(_ voice: String, _ stages: String = stages) -> [String] {
        load(Self.head(voice, stages), in: folder).diagnostics.map {
          "\($0.range.line): \($0.message)"
        }
      }
      #expect(mistakes("voice: {greting: x}") == ["3: unknown field 'greting' in 'voice'"])
      #expect(mistakes("voice: {greeting: [x]}").count == 1)
      #expect(mistakes("voice: 3").count == 1)
      #expect(
        mistakes("voice: {source: nowhere}")
          == ["3: the file or folder 'nowhere' does not exist; 'a' and 'b' need it"])
      #expect(
        mistakes("voice: {name: low}", "  e: {kind: count}\n")
          == ["3: no stage has 'voice', so it changes nothing"])
      #expect(
        mistakes("", "  voice: {kind: speak}\n")
          == ["5: 'voice' cannot name a stage: it is a field of the pipeline"])
    }
  }

  @Test func `hold paths that start at their own file, whose content is in the key`() throws {
    try withModelFolder { folder in
      let inner = folder.appendingPathComponent("inner")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      try Data("voice: {source: model}\n".utf8).write(
        to: folder.appendingPathComponent("base.yaml"))
      try Data("".utf8).write(to: folder.appendingPathComponent("Package.swift"))
      let text = Self.head("extends: ../base.yaml", "  a: {kind: speak}\n")
      let resolved = try #require(load(text, in: inner).resolved)
      let path = folder.path + "/model"
      let stage = try #require(resolved.pipeline.stages.first)
      #expect(stage.config["voice"]["source"].stringValue == path)
      #expect(
        stage.inputs.map(\.source) == [.external(.files(folder: path, paths: ["config.json"]))])

      func key(_ pipeline: Pipeline) throws -> String? {
        let store = try TemporaryFolder().store()
        return Planner.plan(StageGraph(pipeline), store: store) { _ in "cpu" }.points[0].key?.hex
      }
      let first = try key(resolved.pipeline)
      #expect(first != nil)
      // The same pipeline, written out in full.
      let again = load(resolved.yaml(), in: inner)
      #expect(again.diagnostics.map(\.message) == [])
      #expect(try key(try #require(again.resolved).pipeline) == first)
      // Other files that are named by hand do not stand for those of the path.
      let named = load(
        Self.head(
          "extends: ../base.yaml",
          "  a: {kind: speak, inputs: {voice: {files: [base.yaml], folder: ..}}}\n"), in: inner)
      #expect(try key(try #require(named.resolved).pipeline) == first)
      // The same files in another place.
      let copy = folder.appendingPathComponent("copy")
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent("model"), to: copy)
      let moved = load(text, ["voice.source=\(copy.path)"], in: inner)
      #expect(try key(try #require(moved.resolved).pipeline) == first)
      // Other files in that place.
      try Data("{}  ".utf8).write(to: copy.appendingPathComponent("config.json"))
      #expect(try key(try #require(moved.resolved).pipeline) != first)
    }
  }

  @Test func `are in the schema and in the page about the file`() {
    #expect(PipelineSchema.json(Self.kinds).contains("\"description\": \"A way to speak\""))
    #expect(PipelineSchema.markdown(Self.kinds).contains("| `voice` |"))
  }
}
