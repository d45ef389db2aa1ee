import Foundation
import PipelineCore
import TestSupport
import Testing

/// Tests the central guarantee: whatever happens to a run, the same command resumes it and gives
/// the same bytes. It takes a few rounds in `make test`, thousands in `make torture`.
@Suite(.serialized, .timeLimit(.minutes(120)))
struct `Torture` {
  private let size = TortureSize.current

  private func report(_ text: String) {
    if size.isFull { print("torture (LACONIC_SEED=\(TortureSize.seed)): \(text)") }
  }

  @Test func `killed at random moments, a run goes on to the same bytes`() throws {
    let truth = try Victim.truth()
    var killer = Killer(seed: TortureSize.seed)
    var random = SeededRandom(TortureSize.seed ^ 1)
    var flips = 0
    var rounds = 0
    // A run may end before its moment comes, so there are as many rounds as it takes to kill some.
    try size.rounds(share: 0.6, atLeast: 2, until: killer.count >= 2) { round in
      rounds += 1
      let comment: Comment = "LACONIC_SEED=\(TortureSize.seed), round \(round)"
      try Victim.with { victim in
        for _ in 0..<(size.isFull ? Int.random(in: 1...12, using: &random) : 5) {
          let process = try victim.start()
          guard killer.strike(process, of: victim, life: truth.life) else { continue }
          victim.expectNoCorruptHit(truth, comment)
          // Sometimes a file on disk is damaged as well.
          if Int.random(in: 0..<8, using: &random) == 0,
            let file = victim.files("checkpoints").randomElement(using: &random),
            try flipBit(file, using: &random)
          {
            flips += 1
          }
        }
        try victim.finish(truth, comment)
      }
    }
    report("\(rounds) rounds, \(killer.summary)\n  \(flips) checkpoints damaged meanwhile")
    #expect(killer.count >= 2)
  }

  @Test func `two runs at once, killed at random moments, come to the same bytes`() throws {
    let truth = try Victim.truth()
    var killer = Killer(seed: TortureSize.seed ^ 2)
    var rounds = 0
    try size.rounds(share: 0.2, atLeast: 2) { round in
      rounds += 1
      let comment: Comment = "LACONIC_SEED=\(TortureSize.seed), round \(round)"
      try Victim.with { victim in
        let rival = try victim.start()
        // While one process runs, the other is killed again and again.
        while rival.process.isRunning {
          guard killer.strike(try victim.start(), of: victim, life: truth.life) else { break }
          victim.expectNoCorruptHit(truth, comment)
        }
        if round % 2 == 0 {
          let outcome = try rival.wait()
          #expect(outcome.status == 0, "\(comment) \(outcome.errors)")
        } else {
          _ = killer.strike(rival, of: victim, life: truth.life / 4)
        }
        try victim.finish(truth, comment)
      }
    }
    report("\(rounds) races, \(killer.summary)")
  }

  @Test func `a flipped bit anywhere in a finished store is found and made good`() throws {
    let truth = try Victim.truth()
    var random = SeededRandom(TortureSize.seed ^ 3)
    var flips: [String: Int] = [:]
    try Victim.with { victim in
      try victim.finish(truth, "before the first flip")
      let files = ["objects", "records"].flatMap { part in
        victim.files(part).map { (part: part, file: $0) }
      }
      // The digests of the manifests and files of all artifacts.
      let results = Set(
        try truth.artifacts.values.flatMap { digest in
          [digest] + (try victim.store.artifact(digest).manifest.files.map(\.digest))
        })
      var left = files.shuffled(using: &random)
      try size.rounds(share: 0.2, atLeast: 5) { round in
        if left.isEmpty { left = files.shuffled(using: &random) }
        let (part, file) = left.removeLast()
        let comment: Comment =
          "LACONIC_SEED=\(TortureSize.seed), flip \(round) in \(part)/\(file.lastPathComponent)"
        guard try flipBit(file, using: &random) else { return }
        flips[part, default: 0] += 1
        try victim.finish(truth, comment)
        let name = file.deletingLastPathComponent().lastPathComponent + file.lastPathComponent
        // Blobs that only a cell refers to are checked when a stage requests the cell again.
        guard part == "objects", results.contains(name) else { return }
        #expect(ContentDigest.hex(of: try Data(contentsOf: file)) == name, comment)
        let points = try victim.store.run("latest").points
        #expect(points.contains { $0.outcome != .hit }, comment)
      }
    }
    let counts = flips.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }
    report("flipped bits: \(counts.joined(separator: ", "))")
  }
}
