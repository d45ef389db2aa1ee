import Synchronization

/// The pages that hold the keys and values of many sequences (Kwon et al. 2023, PagedAttention,
/// arXiv 2309.06180 § 4).
///
/// A page holds `pageLength` tokens of one sequence, for all layers. A *slot* holds one sequence:
/// its *block table* lists its pages in order. A sequence takes pages as it grows, and gives them
/// back when it is truncated. Sequences with the same beginning share its pages; each counts its
/// references, and a page that others refer to is copied before a token is written into it. So
/// memory follows the tokens in use: a sequence wastes less than a page.
///
/// ```swift
/// let pages = KeyValuePages(slots: 64, capacity: 4096, precision: .float32, on: backend)
/// let cache = KeyValueCache(keyValueHeads: 2, headDimension: 64, in: pages)  // for each layer
/// ```
///
/// Several threads may reserve and look up at once, each for its own slots.
package final class KeyValuePages: Sendable {
  /// The number of tokens in a page, measured: smaller pages waste less and share more, larger ones
  /// make fewer products.
  package static let standardLength = 64

  package let slotCount: Int
  /// The largest number of tokens in a sequence.
  package let capacity: Int
  package let precision: CachePrecision
  /// The number of tokens in a page, a multiple of 16.
  package let pageLength: Int
  /// The most bytes that pages may take, if that is enough for one sequence.
  private let mostBytes: Int
  private let backend: any Backend
  private let state: Mutex<State>

  package init(
    slots: Int, capacity: Int, precision: CachePrecision = .float32,
    pageLength: Int = KeyValuePages.standardLength, mostBytes: Int = .max,
    on backend: any Backend
  ) {
    precondition(slots >= 0 && capacity > 0 && mostBytes >= 0)
    precondition(pageLength > 0 && pageLength % 16 == 0, "whole panels of keys")
    slotCount = slots
    self.capacity = capacity
    self.precision = precision
    self.pageLength = pageLength
    self.mostBytes = mostBytes
    self.backend = backend
    state = Mutex(State(slots: slots))
  }

  // MARK: Sizes

  /// Makes room in every page for one layer; returns the place of its values in a page.
  func addLayer(valuesPerToken: Int) -> Int {
    state.withLock { state in
      precondition(state.pool.isUntouched, "layers are added before tokens")
      defer { state.pool.pageSize += valuesPerToken * pageLength / precision.valuesPerFloat }
      return state.pool.pageSize * precision.valuesPerFloat
    }
  }

  /// The number of bytes that a page takes.
  package var pageBytes: Int { state.withLock { $0.pool.pageSize * MemoryLayout<Float>.size } }

  /// The number of pages that this many tokens of one sequence take.
  package func pageCount(of tokens: Int) -> Int { (tokens + pageLength - 1) / pageLength }

  /// The most pages that sequences may take: enough for one of `capacity` tokens, and no more than
  /// all slots can fill.
  package var limit: Int { state.withLock { limit($0) } }

  private func limit(_ state: borrowing State) -> Int {
    // Without attention, pages are empty and cost nothing.
    let bytes = max(1, state.pool.pageSize * MemoryLayout<Float>.size)
    return max(pageCount(of: capacity), min(mostBytes / bytes, allPages))
  }

  /// The pages of slots that are all full and share nothing.
  private var allPages: Int {
    let (all, overflows) = pageCount(of: capacity).multipliedReportingOverflow(
      by: max(1, slotCount))
    return overflows ? .max : all
  }

  /// True if pages can run out before slots do.
  package var isBounded: Bool { limit < allPages }

  /// The number of pages in use.
  package var usedCount: Int { state.withLock { $0.pool.usedCount } }
  /// The number of pages that can still be taken.
  package var freeCount: Int { state.withLock { max(0, limit($0) - $0.pool.usedCount) } }
  /// The number of bytes that are held, those of free pages included.
  package var heldBytes: Int {
    state.withLock { $0.pool.heldFloats * MemoryLayout<Float>.size }
  }

  // MARK: Sequences

  /// The number of pages that a slot's sequence refers to.
  package func pageCount(ofSlot slot: Int) -> Int { state.withLock { $0.tables[slot].count } }

  /// The number of pages to take before tokens at these positions of a slot can be written.
  package func missingPages(for positions: Range<Int>, ofSlot slot: Int) -> Int {
    state.withLock { state in
      blocks(of: positions).count { block in
        block >= state.tables[slot].count
          || state.pool.references(to: state.tables[slot][block]) > 1
      }
    }
  }

  private func blocks(of positions: Range<Int>) -> Range<Int> {
    positions.isEmpty
      ? 0..<0 : positions.lowerBound / pageLength..<pageCount(of: positions.upperBound)
  }

  /// Takes the pages into which tokens at these positions of a slot are written, and copies those
  /// that other sequences share. Earlier tokens stay.
  /// - Returns: false if there are not enough pages; nothing has then changed.
  /// - Precondition: the slot holds all tokens before the first of these.
  package func reserve(_ positions: Range<Int>, ofSlot slot: Int) -> Bool {
    precondition(slot >= 0 && slot < slotCount)
    precondition(positions.lowerBound >= 0 && positions.upperBound <= capacity)
    return state.withLock { state in
      let blocks = blocks(of: positions)
      precondition(blocks.lowerBound <= state.tables[slot].count, "tokens without a gap")
      let missing = blocks.filter {
        $0 >= state.tables[slot].count || state.pool.references(to: state.tables[slot][$0]) > 1
      }
      guard !missing.isEmpty else { return true }
      guard state.pool.usedCount + missing.count <= limit(state) else { return false }
      for block in missing {
        let page = state.pool.take(on: backend, atMost: limit(state))
        if block == state.tables[slot].count {
          state.tables[slot].append(page)
          continue
        }
        let shared = state.tables[slot][block]
        // Only the first page can hold earlier tokens.
        if block * pageLength < positions.lowerBound { state.pool.copy(shared, to: page) }
        state.pool.release(shared)
        state.tables[slot][block] = page
      }
      return true
    }
  }

  /// Gives back the pages after the first `length` tokens of a slot.
  package func truncate(slot: Int, to length: Int) {
    precondition(slot >= 0 && slot < slotCount && length >= 0)
    state.withLock { state in
      while state.tables[slot].count > pageCount(of: length) {
        state.pool.release(state.tables[slot].removeLast())
      }
    }
  }

  /// Gives back all pages.
  package func clear() {
    for slot in 0..<slotCount { truncate(slot: slot, to: 0) }
  }

  /// Makes a slot share the first `length` tokens of another, in place of what it held.
  package func share(slot: Int, with other: Int, length: Int) {
    precondition(slot >= 0 && slot < slotCount && other >= 0 && other < slotCount)
    guard slot != other else { return }
    state.withLock { state in
      let kept = Array(state.tables[slot].prefix(pageCount(of: length)))
      precondition(length <= kept.count * pageLength, "a slot that holds these tokens")
      for page in kept { state.pool.retain(page) }
      for page in state.tables[other] { state.pool.release(page) }
      state.tables[other] = kept
    }
  }

  /// The pages of every row's tokens up to its own.
  /// - Parameter attending: true if the rows will read their pages, not only write to them.
  func rows(slots: [Int], positions: [Int], attending: Bool) -> PagedRows {
    precondition(slots.count == positions.count)
    return state.withLock { state in
      var rows = PagedRows(positions: positions, pageLength: pageLength)
      var tables: [Int: Int] = [:]
      var last = (slot: -1, start: 0)
      for (slot, position) in zip(slots, positions) {
        precondition(slot >= 0 && slot < slotCount && position >= 0)
        precondition(position < state.tables[slot].count * pageLength, "a reserved position")
        if slot != last.slot {
          if let start = tables[slot] {
            last = (slot, start)
          } else {
            last = (slot, rows.pages.count)
            tables[slot] = last.start
            rows.pages += state.tables[slot].lazy.map { state.pool.place(of: $0) }
          }
        }
        rows.starts.append(last.start)
      }
      if attending { rows.sort() }
      return rows
    }
  }

  private struct State: ~Copyable {
    /// The pages of each slot's sequence, in order.
    var tables: [[Int]]
    var pool = PagePool()

    init(slots: Int) { tables = [[Int]](repeating: [], count: slots) }
  }
}

extension KeyValuePages {
  /// Reserves the tokens at these positions of slots, and returns their rows.
  /// - Precondition: there are enough pages; positions of a slot are in order, without a gap.
  package func prepare(slots: [Int], positions: [Int], attending: Bool) -> PagedRows {
    precondition(slots.count == positions.count)
    var ranges: [Int: Range<Int>] = [:]
    for (slot, position) in zip(slots, positions) {
      let known = ranges[slot] ?? position..<position
      ranges[slot] = min(known.lowerBound, position)..<max(known.upperBound, position + 1)
    }
    for (slot, range) in ranges {
      let isReserved = reserve(range, ofSlot: slot)
      precondition(isReserved, "enough pages")
    }
    return rows(slots: slots, positions: positions, attending: attending)
  }
}
