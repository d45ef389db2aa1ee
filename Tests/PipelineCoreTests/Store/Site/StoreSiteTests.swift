import Foundation
import PipelineCore
import Synchronization
import Testing

/// Tests of which folders are stores, and of what happens to other folders.
@Suite struct StoreSiteTests {
  private let ledger = Ledger()
  private let marker = "laconic-store"

  private func text(_ folder: TemporaryFolder, _ path: String) throws -> String {
    try String(contentsOf: folder.url.appending(path: path), encoding: .utf8)
  }

  private func mode(_ folder: TemporaryFolder, _ path: String) -> mode_t? {
    var status = stat()
    return lstat(folder.path + path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  private func refusal(_ folder: TemporaryFolder, user: uid_t = geteuid()) -> String? {
    do {
      _ = try Store(root: folder.url.appending(path: "store"), user: user)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ["notes.txt"], ["tmp/4711-00000000000000ab/x", "checkpoints/best.pt", "runs/1/events"],
    [".git/objects/ab/cd", ".git/config"],
    // All folder names of a store, but no file of Laconic in them.
    [
      "objects/ab/cdef", "records/ab/notes.json", "checkpoints/a", "states/a", "cells/a",
      "leases/a", "runs/20251122-055412-127-3f9a.jsonl", "pins/a", "tmp/a", "lock",
      "objects/memo.txt", "records/aa/\(String(repeating: "a", count: 64)).json",
    ],
    ["laconic-store/README"], ["salt/README"], ["salt", "notes.txt"],
  ])
  func `a folder with something else in it is refused and not touched`(paths: [String]) throws {
    let folder = try TemporaryFolder()
    for path in paths { try folder.write("mine", to: "store/" + path) }
    let before = try contents(of: folder.url)
    let place = folder.path + "store"
    #expect(
      refusal(folder) == "'\(place)' is not a Laconic store and is not empty; nothing in it was "
        + "touched: choose a new or empty folder with --store")
    #expect(
      Store.refusal(toRead: folder.url.appending(path: "store")) == .notAStore(path: place))
    #expect(!Store.isThere(folder.url.appending(path: "store")))
    #expect(try contents(of: folder.url) == before)
  }

  @Test(arguments: [
    "", ".gitkeep", ".DS_Store", "lost+found/", ".laconic-store-1-00000000000000ab", "salt",
  ])
  func `an empty folder becomes a store`(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "store/x")
    try FileManager.default.removeItem(at: folder.url.appending(path: "store/x"))
    if name.hasSuffix("/") {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "store/\(name)"), withIntermediateDirectories: true)
    } else if !name.isEmpty {
      try folder.write("", to: "store/" + name)
    }
    #expect(refusal(folder) == nil)
    #expect(try text(folder, "store/\(marker)").hasPrefix("format: 1\nid: "))
    #expect(Store.isThere(folder.url.appending(path: "store")))
  }

  @Test func `a store of a version without markers is known by its records, and gets one`() throws {
    let folder = try TemporaryFolder()
    let summary = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
    let place = folder.url.appending(path: "store/\(marker)")
    try FileManager.default.removeItem(at: place)
    #expect(Store.refusal(toRead: folder.url.appending(path: "store")) == nil)
    let key = try #require(summary["a"]?.key)
    if case .hit = Store(readOnly: folder.url.appending(path: "store")).lookup(key) {
    } else {
      Issue.record("no hit")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "store/\(marker)"))
    _ = ledger.takeRuns()
    _ = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
    #expect(ledger.takeRuns() == [])
    #expect(try text(folder, "store/\(marker)").hasPrefix("format: 1\n"))

    // Recognized by its runs when no record is left.
    try FileManager.default.removeItem(at: place)
    for file in folder.listing("store/records") {
      try FileManager.default.removeItem(at: folder.url.appending(path: "store/records/\(file)"))
    }
    #expect(refusal(folder) == nil)
  }

  @Test func `a store of such a version in which nothing was done is known by its folders`() throws
  {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    try FileManager.default.removeItem(at: folder.url.appending(path: "store/\(marker)"))
    try folder.write("", to: "store/lock")
    #expect(refusal(folder) == nil)
    try FileManager.default.removeItem(at: folder.url.appending(path: "store/\(marker)"))
    try folder.write("mine", to: "store/model.pt")
    #expect(refusal(folder)?.contains("is not a Laconic store") == true)
  }

  /// As `gc --keep-runs 0 --max-size 0` leaves it.
  private func makeEmptied(_ folder: TemporaryFolder) throws {
    _ = try folder.store()
    try FileManager.default.removeItem(at: folder.url.appending(path: "store/\(marker)"))
    for name in ["objects/ab", "records/ab", "runs/resolved", "reports/small"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "store/\(name)"), withIntermediateDirectories: true)
    }
    try folder.write("1 2 3 4 5 6\n", to: "store/objects/memo.txt")
    try folder.write("", to: "store/lock")
    try folder.write("mine", to: "store/salt")
    try folder.write("| a |", to: "store/reports/small/table.md")
  }

  @Test func `a store of such a version that was emptied is known by its layout`() throws {
    let folder = try TemporaryFolder()
    try makeEmptied(folder)
    let place = folder.url.appending(path: "store")
    #expect(Store.isThere(place))
    #expect(refusal(folder) == nil)
    #expect(try text(folder, "store/\(marker)").hasPrefix("format: 1\n"))
    #expect(try text(folder, "store/salt") == "mine")
  }

  @Test(arguments: [
    "notes.txt", "objects/model.pt", "objects/ab/notes", "objects/abc/", "records/ab/notes.json",
    "records/ab/\(String(repeating: "b", count: 64)).json", "tmp/1-00000000000000ab/x",
    "runs/resolved/notes.json", "runs/exp1/", "reports/notes.txt", "checkpoints/best.pt",
    "states/a", "cells/a/", "leases/a", "pins/board",
  ])
  func `with anything else in it such a store is not known`(name: String) throws {
    let folder = try TemporaryFolder()
    try makeEmptied(folder)
    if name.hasSuffix("/") {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "store/\(name)"), withIntermediateDirectories: true)
    } else {
      try folder.write("mine", to: "store/\(name)")
    }
    let before = try contents(of: folder.url)
    #expect(refusal(folder)?.contains("is not a Laconic store") == true)
    #expect(try contents(of: folder.url) == before)
  }

  @Test(arguments: [
    ("format: 2\nlayout: other\n", "says format 2, which a later version of Laconic made"),
    ("", "it is not the marker of a store; one begins with 'format: 1'"),
    ("hello\n", "it is not the marker of a store"), ("format: x\n", "its format must be a number"),
    ("format: 1\nshared: world\n", "'shared' can only be 'group'"),
    ("format: 1\nshaerd: group\n", "its lines are 'format', 'id' and 'shared: group'"),
    (String(repeating: "#", count: 5000), "it is not the marker of a store"),
  ])
  func `a marker that is not understood stops everybody in words`(text: String, words: String)
    throws
  {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "store/\(marker)")
    let before = try contents(of: folder.url)
    #expect(refusal(folder)?.contains(words) == true, "\(refusal(folder) ?? "none")")
    let reading = Store.refusal(toRead: folder.url.appending(path: "store"))
    #expect(reading.map { "\($0)" } == refusal(folder))
    #expect(try contents(of: folder.url) == before)
  }

  @Test func `several processes at once make one store`() async throws {
    for _ in 0..<20 {
      let folder = try TemporaryFolder()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<6 { group.addTask { try folder.store().sweepTemporary() } }
        try await group.waitForAll()
      }
      #expect(folder.listing() == [marker])
    }
  }

  @Test(arguments: Faults.Mode.allCases)
  func `killed at any moment of making a store, the next one makes it`(mode: Faults.Mode) throws {
    var position = 0
    while true {
      let folder = try TemporaryFolder()
      let faults = Faults(mode, at: position)
      faults.arm()
      _ = try? folder.store(files: faults.files)
      #expect(refusal(folder) == nil, "after \(position) changes")
      _ = try Runner.run(
        graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
      _ = try folder.store().collect(GarbageLimits())
      #expect(folder.listing().filter { $0.hasPrefix(".") } == [])
      guard faults.hasStruck else { break }
      position += 1
    }
    #expect(position > 10)
  }

  @Test func `a store is its owner's, and the line says whose`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    for user: uid_t in [4_000_001, 0] where user != geteuid() {
      let before = try contents(of: folder.url)
      let line = try #require(refusal(folder, user: user))
      #expect(line.hasPrefix("'\(folder.path)store' belongs to "))
      #expect(line.contains(user == 0 ? "and you are 'root'" : "and you are user 4000001"))
      #expect(!Store.isThere(folder.url.appending(path: "store"), for: user))
      #expect(Store.isThere(folder.url.appending(path: "store")))
      // A store without a marker is refused in the same way.
      try FileManager.default.removeItem(at: folder.url.appending(path: "store/\(marker)"))
      #expect(refusal(folder, user: user) == line)
      _ = try folder.store()
      #expect(try contents(of: folder.url).keys == before.keys)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func `root makes no store in somebody's folder, and works in nobody's`() throws {
    let folder = try TemporaryFolder()
    let place = folder.path + "store"
    #expect(mkdir(place, 0o755) == 0)
    #expect(chown(place, 4_000_001, gid_t.max) == 0)
    #expect(refusal(folder)?.contains("belongs to user 4000001 and you are 'root'") == true)
    #expect(folder.listing() == [])
    // A user whom the owner lets write into the folder may make a store in it.
    #expect(chown(place, 0, gid_t.max) == 0)
    _ = try folder.store()
    #expect(chown(place + "/" + marker, 4_000_001, gid_t.max) == 0)
    #expect(refusal(folder)?.contains("belongs to user 4000001") == true)
  }

  @Test func `a line in the marker lets the group in, and what is there already with it`() throws {
    let folder = try TemporaryFolder()
    let key = StageKey.compute(
      point: graph([counting("a", ledger)]).points[0], inputs: [], fingerprint: "")
    try folder.store().put(["a": "one"], under: key)
    let record = "store/records/\(key.hex.prefix(2))/\(key.hex).json"
    #expect(mode(folder, record) == 0o600)
    #expect(mode(folder, "store/objects") == 0o700)
    try folder.write(try text(folder, "store/\(marker)") + "shared: group\n", to: "store/\(marker)")
    #expect(chmod(folder.path + "store/\(marker)", 0o644) == 0)

    // First another member of the group opens the store and changes no mode; then the owner opens
    // it.
    _ = try Store(root: folder.url.appending(path: "store"), user: 4_000_001)
    #expect(mode(folder, "store/objects") == 0o700)
    let store = try folder.store()
    for path in ["store", "store/objects", "store/tmp", "store/records/\(key.hex.prefix(2))"] {
      #expect(mode(folder, path) == 0o2770, "\(path)")
    }
    #expect(mode(folder, record) == 0o660)
    func blobMode(_ text: String) -> mode_t? {
      let path = store.blob(text).path(percentEncoded: false)
      return mode(folder, String(path.dropFirst(folder.path.count)))
    }
    #expect(blobMode("one") == 0o440)

    // Files made from now on are shared too.
    let summary = try Runner.run(
      graph([counting("b", ledger)]), store: store, options: .testing())
    _ = try store.commit(["b": "two"])
    #expect(blobMode("two") == 0o440)
    #expect(mode(folder, "store/runs/\(summary.id).jsonl") == 0o660)
    #expect(mode(folder, "store/lock") == 0o660)
    let reports = try store.reportFolder("small")
    #expect(mode(folder, "store/reports/small") == 0o2770)
    try reports.write(Data("old".utf8), to: "table.md")
    try reports.write(Data("new".utf8), to: "table.md")
    #expect(mode(folder, "store/reports/small/table.md") == 0o660)
    #expect(try text(folder, "store/reports/small/table.md") == "new")
    for file in folder.listing("store") where file != marker {
      #expect((mode(folder, "store/" + file) ?? 0) & 0o040 != 0, "\(file)")
    }

    // Without the line the store is private to its owner again.
    try folder.write("format: 1\n", to: "store/\(marker)")
    _ = try folder.store()
    #expect(mode(folder, "store/objects").map { $0 & 0o777 } == 0o700)
    #expect(refusal(folder, user: 4_000_001)?.contains("belongs to") == true)
  }

  @Test func `the group is let into nothing that Laconic did not make, nor into work`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    let work = "store/tmp/4711-00000000000000ab"
    let files = [
      "store/records/ab/notes.json", "store/checkpoints/mine/best.pt", "store/reports/notes.txt",
      "store/notes.txt", work + "/1/draft",
    ]
    for file in files {
      try folder.write("mine", to: file)
      #expect(chmod(folder.path + file, 0o600) == 0)
    }
    // A program shut this one.
    #expect(mkdir(folder.path + work + "/shut", 0) == 0)
    defer { chmod(folder.path + work + "/shut", 0o700) }
    #expect(chmod(folder.path + work, 0o700) == 0)
    try folder.write("format: 1\nshared: group\n", to: "store/\(marker)")
    _ = try folder.store()
    for file in files { #expect(mode(folder, file) == 0o600, "\(file)") }
    #expect(mode(folder, work + "/shut") == 0)
    // Another member sweeps what a process left that died.
    #expect(mode(folder, work) == 0o2770)
  }

  @Test func `a lock of a shared store has its mode before it has its name`() throws {
    let folder = try TemporaryFolder()
    try folder.write("format: 1\nshared: group\n", to: "store/\(marker)")
    let named = Mutex<[String]>([])
    let files = FileSystem { operation in
      guard operation.kind == .rename, operation.path.hasSuffix("lock") else { return }
      let isThere = FileManager.default.fileExists(atPath: operation.path)
      named.withLock { $0.append((isThere ? "again " : "") + operation.path) }
    }
    let store = try folder.store(files: files)
    let key = StageKey.compute(
      point: graph([counting("a", ledger)]).points[0], inputs: [], fingerprint: "")
    try store.withSharedLock {}
    #expect(mode(folder, "store/lock") == 0o660)
    let lease = "store/leases/\(key.hex).lock"
    switch try store.takeLease(key.hex, holder: LeaseHolder(address: "a")) {
    case .granted(let held):
      #expect(mode(folder, lease) == 0o660)
      held.release()
    case .held: Issue.record("somebody has the lease")
    }
    #expect(named.withLock { $0 } == [folder.path + "store/lock", folder.path + lease])
  }

  @Test func `a file for people that cannot be written is named, and no draft stays`() throws {
    let folder = try TemporaryFolder()
    let reports = try folder.store().reportFolder("small")
    try folder.write("mine", to: "store/reports/small/table.md/x")
    let error = #expect(throws: StoreError.self) {
      try reports.write(Data("new".utf8), to: "table.md")
    }
    let place = folder.path + "store/reports/small"
    #expect("\(try #require(error))".hasPrefix("could not write '\(place)/table.md': "))
    #expect(folder.listing("store/reports/small") == ["table.md/x"])
    try FileManager.default.removeItem(at: reports.url)
    #expect(throws: StoreError.missing(path: place)) {
      try reports.write(Data("new".utf8), to: "table.md")
    }
  }

  @Test func `a private folder of somebody else is refused, whatever its mode`() throws {
    let folder = try TemporaryFolder()
    let place = folder.path + "mine"
    let files = FileSystem()
    try files.makePrivateDirectory(place)
    for mode: mode_t in [0o700, 0o755] {
      #expect(chmod(place, mode) == 0)
      #expect(throws: StoreError.ofAnother(path: place, owner: geteuid(), user: 4_000_001)) {
        try files.makePrivateDirectory(place, user: 4_000_001)
      }
      #expect(self.mode(folder, "mine") == mode)
    }
    try files.makePrivateDirectory(place)
    #expect(mode(folder, "mine") == 0o700)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"), arguments: [0o700, 0o755])
  func `root works in no store that has a folder of somebody else`(mode: mode_t) throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    let place = folder.path + "store/objects"
    #expect(chmod(place, mode) == 0)
    #expect(chown(place, 4_000_001, gid_t.max) == 0)
    #expect(
      refusal(folder)?.hasPrefix("'\(place)' belongs to user 4000001 and you are 'root'") == true)
    #expect(self.mode(folder, "store/objects") == mode)
  }

  @Test func `a link to a folder that is not there is told as one`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "store", withDestinationPath: "/mnt/gone")
    let line = "'\(folder.path)store' is a link to a folder that does not exist"
    #expect(refusal(folder)?.hasPrefix(line) == true, "\(refusal(folder) ?? "none")")
    let reading = Store.refusal(toRead: folder.url.appending(path: "store"))
    #expect(reading == .danglingLink(path: folder.path + "store"))
    let below = #expect(throws: StoreError.self) {
      try Store(root: folder.url.appending(path: "store/below"))
    }
    #expect("\(try #require(below))".hasPrefix(line))
    // A link that leads to a folder is as good as the folder.
    try FileManager.default.removeItem(at: folder.url.appending(path: "store"))
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "disk"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "store", withDestinationPath: "disk")
    #expect(refusal(folder) == nil)
  }
}
