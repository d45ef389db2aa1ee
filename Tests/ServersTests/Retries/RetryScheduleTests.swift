import Servers
import Testing

struct RetryScheduleTests {
  /// The waits of one request that fails every time.
  private func waits(seed: UInt64) async throws -> [Duration] {
    var limits = ServerLimits()
    limits.jitterSeed = seed
    limits.maxTries = 10
    limits.longestBackoff = .seconds(16)
    let time = FakeTime()
    try await withServer([.reply(status: 500, "{}")], limits: limits, time: time) { client, _ in
      _ = try? await client.answer(to: question)
    }
    return time.waits
  }

  @Test func `waits double up to the longest, with jitter that a seed decides`() async throws {
    let waits = try await waits(seed: 1)
    #expect(waits.count == 9)
    for (index, wait) in waits.enumerated() {
      let longest = min(Duration.milliseconds(500 << index), .seconds(16))
      #expect(wait >= longest / 2 && wait < longest, "\(index)")
    }
    #expect(try await self.waits(seed: 1) == waits)
    #expect(try await self.waits(seed: 2) != waits)
  }
}
