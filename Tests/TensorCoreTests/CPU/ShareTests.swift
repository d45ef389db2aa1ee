import Synchronization
import TensorCore
import Testing

@Suite struct ShareTests {
  @Test(arguments: [MatrixNumerics.exact, .bf16, .bf16AMX], [1, 2, 3])
  func `each share is done once, on a backend of its own`(
    numerics: MatrixNumerics, threads: Int
  ) {
    let backend = CPUBackend(numerics: numerics, threads: threads)
    #expect(backend.shareLimit == threads)
    for count in 0...threads {
      let seen = Mutex<[(share: Int, backend: ObjectIdentifier)]>([])
      backend.inShares(count) { share, other in
        #expect(other.fingerprint == backend.fingerprint)
        #expect(other.threads == (count > 1 ? 1 : threads))
        seen.withLock { $0.append((share, ObjectIdentifier(other))) }
      }
      let found = seen.withLock { $0 }
      #expect(found.map(\.share).sorted() == Array(0..<count))
      #expect(Set(found.map(\.backend)).count == count)
    }
  }

  @Test func `a batch whose bits depend on its division is not divided`() {
    #expect(CPUBackend(numerics: .blas, threads: 2).shareLimit == 1)
  }

  @Test func `shares that use one weight first agree on it`() throws {
    let values = (0..<96 * 80).map { Float($0 % 23) / 7 - 1 }
    let x = Tensor(shape: [12, 96], values: (0..<12 * 96).map { Float($0 % 11) / 3 - 1 })
    for round in 0..<20 {
      let backend = CPUBackend(threads: 2)
      let weight = Tensor(shape: [96, 80], values: values.map { $0 + Float(round) })
      let results = Mutex<[[UInt32]]>([])
      backend.inShares(2) { _, share in
        let y = share.makeTensor([12, 80])
        share.linear(x, weight, bias: nil, into: y)
        results.withLock { $0.append(y.values.map(\.bitPattern)) }
      }
      let expected = try Tape(backend: CPUBackend()).linear(
        x, Tensor(shape: [96, 80], values: weight.values)
      ).values.map(\.bitPattern)
      #expect(results.withLock { $0 } == [expected, expected])
    }
  }
}
