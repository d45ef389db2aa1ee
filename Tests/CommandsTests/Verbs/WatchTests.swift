import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `Watching a run` {
  @Test func `prints an address of this machine, and ends with Ctrl-C`() throws {
    try withProject { folder in
      #expect(try LaconicProcess.run(["watch"], in: folder).status == 1)
      let made = try LaconicProcess.run(["run", "pipelines/small.yaml"], in: folder)
      #expect(made.status == 0)
      let watch = try LaconicProcess(["watch"], in: folder)
      let isTold = eventually { watch.outputSoFar.hasSuffix("\n") }
      #expect(isTold)
      let address = /http:\/\/127\.0\.0\.1:([0-9]+)\/\?token=[0-9a-f]{32}\n/
      let found = watch.outputSoFar.wholeMatch(of: address)
      #expect(found != nil, "\(watch.outputSoFar)")
      let port = String(try #require(found).1)
      let other = try LaconicProcess.run(["watch", "latest", "--port", port], in: folder)
      #expect(other.status == 1)
      #expect(other.errors.hasPrefix("laconic: cannot serve the page on port \(port): "))
      kill(watch.process.processIdentifier, SIGINT)
      #expect(try watch.wait().status == 0)
    }
  }

  @Test func `wants a run and a port that can be`() throws {
    try withProject { folder in
      let port = try LaconicProcess.run(["watch", "--port", "65536"], in: folder)
      #expect(port.status == 64)
      let run = try LaconicProcess.run(["watch", "2025"], in: folder)
      #expect(run.status == 1)
    }
  }
}
