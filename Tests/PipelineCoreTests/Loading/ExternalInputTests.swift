import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct `Files from outside, as inputs` {
  /// A kind that takes files, a model under any name, and labels.
  private static let kinds = StageKinds([
    PlanningKind(
      name: "read",
      roles: [
        Role("one", accepts: [.file], required: false, "a file"),
        Role("some", accepts: [.files], required: false, "files"),
        Role("splits", accepts: [.file], required: false, collects: true, "files by split"),
        Role("policy", accepts: [ArtifactType("model")], required: false, "a model"),
      ], output: ArtifactType("problems"), fields: GroupDescriptor(meaning: "", fields: []))
  ])

  private func withFiles(_ body: (URL) throws -> Void) throws {
    try withModelFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("lib"), withIntermediateDirectories: true)
      for name in ["a.jsonl", "lib/b.py"] {
        try Data(name.utf8).write(to: folder.appendingPathComponent(name))
      }
      try body(folder)
    }
  }

  @Test func `are found from the folder of the file that names them`() throws {
    try withFiles { folder in
      let pipeline = try loaded(
        """
        version: 1
        name: demo
        stages:
          a:
            kind: read
            inputs:
              one: {file: a.jsonl}
              some: {files: [a.jsonl, lib/b.py]}
              splits: {train: {file: a.jsonl}, test: {file: \(folder.path)/lib/b.py}}
        """, kinds: Self.kinds, directory: folder)
      let inputs = try #require(pipeline.stages.first?.inputs)
      #expect(inputs.map(\.role) == ["one", "some", "splits", "splits"])
      #expect(inputs.map(\.label) == [nil, nil, "train", "test"])
      #expect(
        inputs.map(\.source) == [
          .external(.file(path: folder.path + "/a.jsonl")),
          .external(.files(folder: folder.path, paths: ["a.jsonl", "lib/b.py"])),
          .external(.file(path: folder.path + "/a.jsonl")),
          .external(.file(path: folder.path + "/lib/b.py")),
        ])
    }
  }

  @Test func `are printed so that what is printed comes to the same keys`() throws {
    try withFiles { folder in
      let here = folder.appendingPathComponent("here")
      try FileManager.default.createDirectory(
        at: here.appendingPathComponent("sub"), withIntermediateDirectories: true)
      for name in ["here/c.py", "here/sub/d, e.py"] {
        try Data(name.utf8).write(to: folder.appendingPathComponent(name))
      }
      // Paths in one file start from its own folder.
      try Data(
        """
        stages:
          b:
            kind: read
            inputs: {one: {file: a.jsonl}, some: {files: [a.jsonl, lib/b.py]}}
        """.utf8
      ).write(to: folder.appendingPathComponent("base.yaml"))
      try Data("".utf8).write(to: folder.appendingPathComponent("Package.swift"))
      func resolve(_ text: String) throws -> ResolvedPipeline {
        let (resolved, diagnostics) = Pipeline.resolve(
          SourceFile(name: "p.yaml", text: text), kinds: Self.kinds, directory: here)
        #expect(diagnostics.map(\.message) == [])
        return try #require(resolved)
      }
      let first = try resolve(
        """
        version: 1
        name: demo
        extends: ../base.yaml
        stages:
          a:
            kind: read
            inputs:
              one: {file: "sub/d, e.py"}
              some: {files: [c.py, "sub/d, e.py"]}
              splits: {train: {file: ../a.jsonl}, test: {file: \(folder.path)/lib/b.py}}
              policy: {checkpoint: ../model}
          c:
            kind: read
            inputs: {some: {files: ["d, e.py"], folder: sub}, \
            policy: {checkpoint: \(folder.path)/model}}
          d:
            kind: read
            inputs: {some: {files: [b.py], folder: ../lib}}
        """)
      let text = first.yaml()
      #expect(text.contains("some: {files: [a.jsonl, lib/b.py], folder: ..}\n"))
      #expect(text.contains("some: {files: [c.py, \"sub/d, e.py\"]}\n"))
      let again = try resolve(text)
      #expect(again.yaml() == text)
      let store = try TemporaryFolder().store()
      func keys(_ pipeline: Pipeline) -> [String?] {
        Planner.plan(StageGraph(pipeline), store: store) { _ in "cpu" }.points.map { $0.key?.hex }
      }
      let known = keys(first.pipeline)
      #expect(known.count == 4 && !known.contains(nil) && Set(known).count == 4)
      #expect(keys(again.pipeline) == known)
    }
  }

  @Test func `that are missing, folders or out of place are told before anything runs`() throws {
    try withFiles { folder in
      expectDiagnostics(
        """
        version: 1
        name: demo
        stages:
          a:
            kind: read
            inputs: {one: {file: ①gone.jsonl}, policy: {file: ②a.jsonl}}
          b:
            kind: read
            inputs: {one: {file: ③lib}, some: {files: ④[lib/b.py, lib/c.py]}}
          c:
            kind: read
            inputs: {one: {files: ⑤[a.jsonl]}, some: {files: [⑥../a.jsonl]}}
          d:
            kind: read
            inputs: {splits: ⑦{file: a.jsonl}, some: {files: [a.jsonl, ⑧a.jsonl]}}
          e:
            kind: read
            inputs: {one: {⑨file: }, some: {files: ⑩[]}}
          f:
            kind: read
            inputs: {one: {flie: a.jsonl}}
        """.replacingOccurrences(of: "flie", with: "⑪flie"), kinds: Self.kinds, directory: folder,
        [
          "① the file 'gone.jsonl' does not exist (looked for \(folder.path)/gone.jsonl)",
          "② 'a' takes a model as 'policy', not a file from outside",
          "③ 'lib' is a folder, not a file (looked for \(folder.path)/lib)",
          "④ the file 'lib/c.py' does not exist (looked for \(folder.path)/lib/c.py)",
          "⑤ 'c' takes a file as 'one', not a list of files",
          "⑥ '../a.jsonl' cannot be one of 'files', which keep their paths in a folder "
            + "(write paths inside the folder, and the folder as {files: […], folder: FOLDER})",
          "⑦ expected a map from labels to files for 'splits', found a file without one "
            + "(write {LABEL: {file: a.jsonl}})",
          "⑧ 'a.jsonl' is given twice",
          "⑨ expected a file's path, found nothing",
          "⑩ expected a list of 1 to 1000 files' paths, found a list",
          "⑪ an input is a stage's name, {checkpoint: FOLDER}, {file: PATH}, {files: [PATH, …]} "
            + "or {server: …} (did you mean 'file'?)",
        ])
    }
  }
}
