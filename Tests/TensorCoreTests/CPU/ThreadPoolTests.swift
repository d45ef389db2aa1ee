import Foundation
import Synchronization
import TensorCore
import Testing

/// A total that several threads add to.
private final class Sum: Sendable {
  private let total = Atomic<Int>(0)
  var value: Int { total.load(ordering: .relaxed) }
  func add(_ amount: Int) { total.add(amount, ordering: .relaxed) }
}

@Suite struct `Thread pool` {
  @Test(.timeLimit(.minutes(120)), arguments: [1, 2, 4])
  func `every index is done exactly once`(threads: Int) {
    let pool = ThreadPool(threads: threads)
    for (count, grain) in [(0, 1), (1, 5), (7, 1), (100, 7), (1000, 1), (64, 64)] {
      let seen = Mutex([Int](repeating: 0, count: count))
      pool.run(count, grain: grain) { range in
        #expect(range.count <= grain)
        seen.withLock { seen in for index in range { seen[index] += 1 } }
      }
      #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
    }
  }

  /// A thread's static storage is part of its stack: with too much of it in the kernels, the small
  /// threads of other parts of a program could not start at all.
  @Test(.timeLimit(.minutes(120))) func `a thread with a small stack can compute`() throws {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      let a = noiseTensor([40, 300], "a")
      let c = Tensor(shape: [40, 40])
      CPUBackend().product(
        MatrixView(a), MatrixView(a).transposed, into: MatrixView(c), accumulating: false)
      done.signal()
    }
    thread.stackSize = 256 << 10
    thread.start()
    // A bound on a hang: a thread that cannot start never signals.
    #expect(done.wait(timeout: .now() + 600) == .success)
  }

  @Test(.timeLimit(.minutes(120))) func `thousands of small loops in a row`() {
    let pool = ThreadPool(threads: 3)
    let sum = Sum()
    for _ in 0..<5000 {
      pool.run(4, grain: 1) { range in sum.add(range.lowerBound) }
    }
    #expect(sum.value == 30_000)
  }

  @Test(.timeLimit(.minutes(120))) func `a loop inside a loop, and two callers at once`() async {
    let pool = ThreadPool(threads: 2)
    let sum = Sum()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<200 {
            pool.run(4, grain: 1) { _ in
              pool.run(5, grain: 2) { inner in sum.add(inner.count) }
            }
          }
        }
      }
    }
    #expect(sum.value == 2 * 200 * 4 * 5)
  }
}
