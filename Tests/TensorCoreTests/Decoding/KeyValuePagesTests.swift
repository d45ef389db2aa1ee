import TensorCore
import Testing

@Suite struct `Pages of keys and values` {
  private func pages(slots: Int, capacity: Int, mostBytes: Int = .max) -> KeyValuePages {
    let pages = KeyValuePages(
      slots: slots, capacity: capacity, pageLength: 16, mostBytes: mostBytes, on: CPUBackend())
    _ = KeyValueCache(keyValueHeads: 2, headDimension: 8, in: pages)
    return pages
  }

  @Test func `a sequence takes a page when the last is full, and gives it back`() {
    let pages = pages(slots: 2, capacity: 64)
    #expect(pages.pageBytes == 16 * 2 * 2 * 8 * 4)
    var known = 0
    for (length, expected) in [(1, 1), (16, 1), (17, 2), (64, 4)] {
      let isReserved = pages.reserve(known..<length, ofSlot: 1)
      #expect(isReserved && pages.usedCount == expected)
      known = length
    }
    pages.truncate(slot: 1, to: 33)
    #expect(pages.usedCount == 3)
    pages.truncate(slot: 1, to: 32)
    #expect(pages.usedCount == 2)
    pages.clear()
    #expect(pages.usedCount == 0)
  }

  @Test func `sequences of unequal length waste less than a page each`() {
    let lengths = (0..<64).map { 1 + $0 * 37 % 500 }
    let pages = pages(slots: 64, capacity: 512)
    for (slot, length) in lengths.enumerated() {
      let isReserved = pages.reserve(0..<length, ofSlot: slot)
      #expect(isReserved)
    }
    let bytesPerToken = pages.pageBytes / 16
    let held = pages.usedCount * pages.pageBytes
    #expect(held < (lengths.reduce(0, +) + 64 * 16) * bytesPerToken)
    // Memory is taken in chunks of at most 4 MB.
    #expect(pages.heldBytes < held + 4 << 20)
    pages.clear()
    #expect(pages.heldBytes <= 4 << 20)
  }

  @Test func `forks of forks count references, and writing copies one page`() {
    let pages = pages(slots: 4, capacity: 64)
    let isReserved = pages.reserve(0..<40, ofSlot: 0)
    #expect(isReserved && pages.usedCount == 3)
    pages.share(slot: 0, with: 1, length: 40)
    pages.share(slot: 1, with: 2, length: 20)
    pages.share(slot: 2, with: 3, length: 16)
    #expect(pages.usedCount == 3)
    // Its second page is half of a shared one.
    #expect(pages.missingPages(for: 20..<21, ofSlot: 2) == 1)
    let forkWrites = pages.reserve(20..<21, ofSlot: 2)
    #expect(forkWrites && pages.usedCount == 4)
    // Truncated into a page that the first slot still has.
    pages.truncate(slot: 1, to: 10)
    #expect(pages.usedCount == 4 && pages.pageCount(ofSlot: 1) == 1)
    let truncatedWrites = pages.reserve(10..<11, ofSlot: 1)
    #expect(truncatedWrites && pages.usedCount == 5)
    // The first slot's last page is its own by now.
    #expect(pages.missingPages(for: 40..<41, ofSlot: 0) == 0)
    pages.truncate(slot: 0, to: 0)
    #expect(pages.usedCount == 3, "the first page has two readers; two pages were copied")
    pages.clear()
    #expect(pages.usedCount == 0)
  }

  @Test func `without enough pages nothing is taken`() {
    let pages = pages(slots: 3, capacity: 64, mostBytes: 6 * 16 * 2 * 2 * 8 * 4)
    #expect(pages.limit == 6 && pages.isBounded)
    let first = pages.reserve(0..<64, ofSlot: 0)
    let second = pages.reserve(0..<33, ofSlot: 1)
    #expect(first && !second && pages.usedCount == 4 && pages.pageCount(ofSlot: 1) == 0)
    let smaller = pages.reserve(0..<32, ofSlot: 1)
    #expect(smaller && pages.freeCount == 0)
    // A shared page that must be copied needs a page too.
    pages.share(slot: 1, with: 2, length: 32)
    let copies = pages.reserve(31..<32, ofSlot: 2)
    #expect(!copies)
    // One sequence always has room.
    #expect(self.pages(slots: 3, capacity: 64, mostBytes: 0).limit == 4)
  }
}

/// Attention over pages, compared with attention over whole sequences that are kept as arrays.
@Suite struct `Attention over pages` {
  struct Shape: Sendable, CustomStringConvertible {
    var pageLength = 16
    var threads = 1
    var window: Int?
    var precision = CachePrecision.float32
    var heads = (query: 6, keyValue: 2, dimension: 20)

    var description: String {
      "pages of \(pageLength), \(threads) threads, window \(window ?? 0), \(precision), \(heads)"
    }

    static let all = [
      Shape(), Shape(pageLength: 64, threads: 2), Shape(pageLength: 48, window: 21),
      Shape(window: 5, heads: (4, 4, 16)), Shape(pageLength: 32, precision: .bfloat16),
      Shape(threads: 2, heads: (4, 1, 32)), Shape(pageLength: 128, threads: 2, heads: (2, 2, 64)),
    ]
  }

  /// The tokens of a sequence: keys and values, `[heads · dimension]` each.
  private typealias Sequence = [(key: [Float], value: [Float])]

  private static func rounded(_ values: [Float]) -> [Float] {
    values.map { Float(bitPattern: ($0.bitPattern &+ 0x7fff &+ $0.bitPattern >> 16 & 1) & ~0xffff) }
  }

  @Test(arguments: Shape.all)
  func `has the bits of whole sequences after any opens, steps, forks and truncations`(
    shape: Shape
  ) throws {
    let heads = AttentionHeads(
      query: shape.heads.query, keyValue: shape.heads.keyValue, dimension: shape.heads.dimension,
      window: shape.window)
    let (width, queryWidth) = (heads.keyValue * heads.dimension, heads.query * heads.dimension)
    let capacity = 160
    let slotCount = 7
    let backend = CPUBackend(
      numerics: shape.precision == .float32 ? .exact : .bf16, threads: shape.threads)
    let exact = CPUBackend()
    let pages = KeyValuePages(
      slots: slotCount, capacity: capacity, precision: shape.precision,
      pageLength: shape.pageLength, on: backend)
    // Two layers, so that a page holds more than what is read.
    let other = KeyValueCache(keyValueHeads: 1, headDimension: 16, in: pages)
    let cache = KeyValueCache(
      keyValueHeads: heads.keyValue, headDimension: heads.dimension, in: pages)
    #expect(other.pages === cache.pages)
    var model = [Sequence](repeating: [], count: slotCount)
    var stream = RandomStream(seed: 12, purpose: "pages \(shape)")

    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.normal()) } }

    for _ in 0..<60 {
      switch stream.int(in: 0...5) {
      case 0:
        let (source, fork) = (stream.int(in: 0...slotCount - 1), stream.int(in: 0...slotCount - 1))
        guard source != fork, !model[source].isEmpty else { continue }
        let length = stream.int(in: 1...model[source].count)
        pages.share(slot: source, with: fork, length: length)
        model[fork] = Array(model[source][..<length])
      case 1:
        let slot = stream.int(in: 0...slotCount - 1)
        let length = stream.int(in: 0...model[slot].count)
        pages.truncate(slot: slot, to: length)
        model[slot] = Array(model[slot][..<length])
      default:
        // One or several new tokens of some sequences, interleaved.
        var slots: [Int] = []
        let most = stream.int(in: 0...3) == 0 ? 40 : 2
        for slot in 0..<slotCount where stream.int(in: 0...2) > 0 {
          let count = min(stream.int(in: 1...most), capacity - model[slot].count)
          slots += [Int](repeating: slot, count: count)
        }
        guard !slots.isEmpty else { continue }
        stream.shuffle(&slots)
        var positions: [Int] = []
        var (keys, values): ([Float], [Float]) = ([], [])
        for slot in slots {
          positions.append(model[slot].count)
          let (key, value) = (numbers(width), numbers(width))
          keys += key
          values += value
          model[slot].append(
            shape.precision == .float32 ? (key, value) : (Self.rounded(key), Self.rounded(value)))
        }
        let query = Tensor(
          shape: [slots.count, queryWidth], values: numbers(slots.count * queryWidth))
        let rows = pages.prepare(slots: slots, positions: positions, attending: true)
        cache.append(
          key: Tensor(shape: [slots.count, width], values: keys),
          value: Tensor(shape: [slots.count, width], values: values), rows: rows, backend: backend)
        let found = cache.attention(query: query, rows: rows, heads: heads, backend: backend)
        for (row, (slot, position)) in zip(slots, positions).enumerated() {
          let expected = try whole(
            model[slot][...position], query: query.values, row: row, heads, exact)
          let mine = found.values[row * queryWidth..<(row + 1) * queryWidth]
          #expect(bits(Array(mine)) == bits(expected), "\(shape): slot \(slot) at \(position)")
        }
      }
      #expect(pages.usedCount <= model.reduce(0) { $0 + pages.pageCount(of: $1.count) })
    }
    pages.clear()
    #expect(pages.usedCount == 0)
  }

  /// The last row of attention over a whole sequence.
  private func whole(
    _ sequence: ArraySlice<(key: [Float], value: [Float])>, query: [Float], row: Int,
    _ heads: AttentionHeads, _ backend: CPUBackend
  ) throws -> [Float] {
    let (count, width) = (sequence.count, heads.query * heads.dimension)
    let own = Array(query[row * width..<(row + 1) * width])
    // Attention of the last row does not depend on the queries before it.
    let queries = [Float](repeating: 0, count: (count - 1) * width) + own
    let narrow = heads.keyValue * heads.dimension
    let output = try Tape(backend: backend, recording: false).attention(
      query: Tensor(shape: [count, width], values: queries),
      key: Tensor(shape: [count, narrow], values: sequence.flatMap(\.key)),
      value: Tensor(shape: [count, narrow], values: sequence.flatMap(\.value)),
      heads: heads.query, keyValueHeads: heads.keyValue, layout: SequenceLayout(lengths: [count]),
      window: heads.window)
    return Array(output.values.suffix(width))
  }
}
