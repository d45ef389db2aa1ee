import Commands
import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of `status --json`.
struct StatusTests {
  /// A run in every state that a point can have, with its file as a run writes it.
  private static let lines = """
    {"format":1,"id":"20251122-055412-127-3f9a","number":3,"pipeline":"small","file":"small.yaml",\
    "started":1763790852.127,"process":4711,"host":"ada","engine":"0.1.0",\
    "build":"b","resolved":"r",\
    "points":[{"address":"a","stage":"a","kind":"sft"},{"address":"b","stage":"b","kind":"sft"},\
    {"address":"c","stage":"c","kind":"rl"},{"address":"d","stage":"d","kind":"rl"},\
    {"address":"e","stage":"e","kind":"command","program":true},\
    {"address":"f","stage":"f","kind":"eval"},{"address":"g","stage":"g","kind":"eval"},\
    {"address":"h","stage":"h","kind":"eval"}]}
    {"point":0,"event":"hit","at":1763790853,"key":"k0","artifact":"a0","seconds":0}
    {"point":1,"event":"started","at":1763790853,"key":"k1","step":5}
    {"point":1,"event":"resumed","at":1763790860,"key":"k1","artifact":"a1","step":5,"seconds":7.25}
    {"point":2,"event":"started","at":1763790860,"key":"k2"}
    {"point":3,"event":"waiting","at":1763790861,"key":"k3","message":"process 12 on bob"}
    {"point":4,"event":"retrying","at":1763790861,"message":"once"}
    {"point":4,"event":"failed","at":1763790862,"message":"exit \\u001b[1m3","seconds":1}
    {"point":5,"event":"skipped","at":1763790862,"message":"e"}
    {"point":6,"event":"stopped","at":1763790862,"step":9}

    """

  /// The run, live or not, as `status --json` shows it 30 seconds after its start.
  private func document(isLive: Bool) throws -> JSONText {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-status-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try Store(root: folder)
    let file = folder.path + "/runs/20251122-055412-127-3f9a"
    try Data(Self.lines.utf8).write(to: URL(filePath: file + ".jsonl"))
    try Data(
      """
      {"2":{"step":12,"total":40,"noun":"update","metrics":["reward","0.412","length","61.3"],\
      "stepsPerSecond":1.5,"secondsLeft":18.5}}
      """.utf8
    ).write(to: URL(filePath: file + ".progress.json"))
    let id = "20251122-055412-127-3f9a"
    try store.changeLabels(of: id) {
      $0 = RunLabels(note: "warm \u{1B}[0m\u{202E}x", tags: ["paper"])
    }
    let descriptor = open(file + ".jsonl", O_RDONLY)
    defer { close(descriptor) }
    if isLive { #expect(flock(descriptor, LOCK_EX) == 0) }
    let run = try store.run("tag:paper")
    return StatusDocument(run, now: Date(timeIntervalSince1970: 1_763_790_882)).json
  }

  @Test func `all of a live run's figures are there`() throws {
    let json = try document(isLive: true)
    // Read back from its text, as another program does.
    let read = try JSONText(parsing: json.shown.utf8)
    #expect(read["format"]?.intValue == 1 && read["number"]?.intValue == 3)
    #expect(read["state"]?.stringValue == "running")
    #expect(read["done"]?.intValue == 2 && read["total"]?.intValue == 8)
    #expect(read["started"]?.stringValue == "2025-11-22T05:54:12.127Z")
    #expect(read["note"]?.stringValue == "warm \u{1B}[0m\u{202E}x")
    #expect(read["tags"]?.arrayValue?.map(\.stringValue) == ["paper"])
    let points = try #require(read["points"]?.arrayValue)
    #expect(
      points.map { $0["state"]?.stringValue } == [
        "hit", "resumed", "running", "waiting", "failed", "skipped", "stopped", "waiting",
      ])
    #expect(points.map { $0["step"]?.intValue } == [nil, 5, nil, nil, nil, nil, 9, nil])
    #expect(points[1]["seconds"]?.doubleValue == 7.25)
    #expect(points[2]["seconds"]?.doubleValue == 22)
    let progress = try #require(points[2]["progress"])
    #expect(progress["step"]?.intValue == 12 && progress["total"]?.intValue == 40)
    #expect(progress["steps_per_second"]?.doubleValue == 1.5)
    #expect(progress["seconds_left"]?.doubleValue == 18.5)
    #expect(progress["metrics"]?["reward"]?.doubleValue == 0.412)
    #expect(points[3]["waits_for"]?.stringValue == "process 12 on bob")
    #expect(points[4]["failure"]?.stringValue == "exit \u{1B}[1m3")
    #expect(points[4]["retries"]?.intValue == 1 && points[4]["runs_program"]?.boolValue == true)
    #expect(points[5]["upstream"]?.stringValue == "e")
    // Nothing in the text can reach a terminal.
    #expect(!json.shown.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
  }

  @Test func `a run that died has no progress`() throws {
    let json = try document(isLive: false)
    #expect(json["state"]?.stringValue == "died")
    let points = try #require(json["points"]?.arrayValue)
    #expect(points[2]["state"]?.stringValue == "unfinished")
    #expect(points[2]["progress"]?.isNull == true && points[2]["seconds"]?.isNull == true)
    #expect(points[3]["state"]?.stringValue == "waiting")
  }

  @Test func `every member is documented, and there whatever is known`() throws {
    let (live, dead) = (try document(isLive: true), try document(isLive: false))
    let documented = try documented(in: "running.md")
    for name in live.memberNames where !["reward", "length"].contains(name) {
      #expect(documented.contains(name), "\(name)")
    }
    for (one, other) in zip(
      live["points"]?.arrayValue ?? [], (dead["points"]?.arrayValue ?? []).reversed())
    {
      #expect(one.ownNames == other.ownNames)
    }
    #expect(live.ownNames == dead.ownNames)
  }
}

/// The words between backticks on a page.
func documented(in page: String) throws -> Set<String> {
  let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
  let text = try String(contentsOf: root.appending(path: "docs/\(page)"), encoding: .utf8)
  return Set(
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) })
}

extension JSONText {
  fileprivate var ownNames: [String] {
    if case .object(let members) = self { members.map(\.0) } else { [] }
  }

  var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }

  fileprivate var doubleValue: Double? { FieldValue(exactly: self).doubleValue }

  fileprivate var isNull: Bool { if case .null = self { true } else { false } }

  /// The names of all members, at every depth.
  var memberNames: Set<String> {
    switch self {
    case .object(let members):
      members.reduce(into: []) { $0.formUnion($1.1.memberNames.union([$1.0])) }
    case .array(let elements): elements.reduce(into: []) { $0.formUnion($1.memberNames) }
    default: []
    }
  }
}
