/// Pages with counts of the references to them. They lie in chunks, large enough for huge memory
/// pages, which are allocated when no page is free and released when all of their pages are.
struct PagePool {
  /// The number of floats in a page.
  var pageSize = 0
  private(set) var usedCount = 0
  private var chunks: [Chunk] = []
  /// The number of pages in every chunk; 0 before the first.
  private var chunkLength = 0
  private var counts: [Int32] = []

  private struct Chunk {
    /// Nil while no page is in use.
    var storage: FloatStorage?
    var free: [Int]
  }

  /// About 4 MB: two huge pages of the usual processors.
  private static let chunkFloats = 1 << 20

  var isUntouched: Bool { chunks.isEmpty }

  var heldFloats: Int { chunks.reduce(0) { $0 + ($1.storage?.count ?? 0) } }

  func references(to page: Int) -> Int { Int(counts[page]) }

  /// Takes a page, with one reference, of the first chunk that has one, so that the last chunks
  /// become free.
  mutating func take(on backend: any Backend, atMost limit: Int) -> Int {
    if chunkLength == 0 {
      chunkLength = max(1, min(limit, Self.chunkFloats / max(1, pageSize)))
    }
    var index = chunks.firstIndex { !$0.free.isEmpty } ?? chunks.count
    if index < chunks.count, chunks[index].storage == nil,
      let started = chunks.firstIndex(where: { $0.storage != nil && !$0.free.isEmpty })
    {
      index = started
    }
    if index == chunks.count {
      let first = index * chunkLength
      chunks.append(Chunk(free: Array((first..<first + chunkLength).reversed())))
      counts += [Int32](repeating: 0, count: chunkLength)
    }
    if chunks[index].storage == nil {
      chunks[index].storage = backend.makeLastingStorage(count: chunkLength * pageSize)
    }
    let page = chunks[index].free.removeLast()
    counts[page] = 1
    usedCount += 1
    return page
  }

  mutating func retain(_ page: Int) { counts[page] += 1 }

  mutating func release(_ page: Int) {
    counts[page] -= 1
    guard counts[page] == 0 else { return }
    usedCount -= 1
    let index = page / chunkLength
    chunks[index].free.append(page)
    // One empty chunk stays, so that a sequence that ends as another begins allocates nothing.
    if isEmpty(chunks[index]), chunks.count(where: { isEmpty($0) }) > 1 {
      chunks[index].storage = nil
    }
  }

  private func isEmpty(_ chunk: Chunk) -> Bool {
    chunk.storage != nil && chunk.free.count == chunkLength
  }

  func copy(_ page: Int, to other: Int) {
    let (from, to) = (place(of: page), place(of: other))
    to.storage.copy(from: from.storage, at: from.offset, count: pageSize, to: to.offset)
  }

  /// The storage of a page that is in use, and the page's first float in it.
  func place(of page: Int) -> PagePlace {
    guard let storage = chunks[page / chunkLength].storage else {
      preconditionFailure("a page in use")
    }
    return PagePlace(storage: storage, offset: page % chunkLength * pageSize)
  }
}

/// The place of a page in memory.
struct PagePlace: Sendable {
  let storage: FloatStorage
  let offset: Int

  /// True if both are the same page.
  static func == (a: PagePlace, b: PagePlace) -> Bool {
    a.offset == b.offset && a.storage === b.storage
  }
}
