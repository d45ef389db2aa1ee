import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct TrialTests {
  /// The first steps of a stage, with its other fields as they are.
  private struct Steps: TrialScope {
    var count: Int?

    func config(of point: StagePoint, isTried: Bool) -> FieldValue { point.config }
    func narrowed(
      _ artifact: any ArtifactReader, role: String, of point: StagePoint
    ) -> any ArtifactReader { artifact }
    func steps(of point: StagePoint) -> Int? { count }
  }

  private let ledger = Ledger()
  private var stages: [StageDeclaration] {
    [counting("a", ledger), counting("b", ledger, from: "a")]
  }

  private func trial(_ folder: TemporaryFolder, steps: Int? = nil) -> Trial {
    Trial(
      graph(stages), store: Store(readOnly: folder.url.appending(path: "store")),
      scope: Steps(count: steps), fingerprint: { _ in "" })
  }

  @Test func `a trial makes what a run makes, and leaves no trace`() throws {
    let folder = try TemporaryFolder()
    let result = try trial(folder).run(1)
    #expect(result.made == ["a"])
    #expect(folder.listing().isEmpty)
    let run = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    #expect(result.artifact?.digest == run["b"]?.artifact)
    let log = try result.artifact?.read("logs/steps.txt")
    #expect(result.log == log)
  }

  @Test func `inputs are read from the store where they are there`() throws {
    let folder = try TemporaryFolder()
    let run = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    _ = ledger.takeRuns()
    let files = folder.listing()
    let result = try trial(folder).run(1)
    #expect(result.made.isEmpty)
    #expect(ledger.takeRuns() == ["b"])
    #expect(result.artifact?.digest == run["b"]?.artifact)
    #expect(folder.listing() == files)
  }

  @Test func `work in steps ends after those that were asked for`() throws {
    let folder = try TemporaryFolder()
    let result = try trial(folder, steps: 2).run(0)
    #expect(result.artifact == nil)
    #expect(ledger.steps("a") == [1, 2])
    #expect(try trial(folder, steps: 9).run(0).artifact == nil)
    #expect(ledger.steps("a") == [1, 2, 1, 2, 3])
  }

  @Test func `the error of a stage upstream names it`() throws {
    let folder = try TemporaryFolder()
    ledger.setFailing(["a"])
    let error = #expect(throws: StageFailure.self) { try trial(folder).run(1) }
    #expect(error?.description == "a: 'a' was told to fail")
  }
}
