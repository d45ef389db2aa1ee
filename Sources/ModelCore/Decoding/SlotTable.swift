/// Sessions that wait with the same prompt. The prompt runs once and is kept until the last of them
/// has it.
final class PromptGroup {
  let prompt: [Int32]
  var waiting: [DecodingSession] = []
  /// The slot that holds the prompt after it has run.
  var slot: Int?
  /// The prompt's last hidden state.
  var lastHiddenState: [Float] = []
  var hasRun = false
  /// True if a session has been charged for the prompt.
  var isCounted = false

  init(prompt: [Int32]) { self.prompt = prompt }
}

/// The content of each slot of the model's memory, and the order of eviction.
///
/// Slots are a cache of what the sessions' tokens define. A running session always has a
/// slot; a finished one keeps its slot until another session needs it.
struct SlotTable {
  enum Content {
    case nothing
    case session(DecodingSession)
    case prompt(PromptGroup)
  }

  private(set) var contents: [Content]
  private var lastUse: [Int]
  private var useCount = 0

  init(count: Int) {
    contents = [Content](repeating: .nothing, count: count)
    lastUse = [Int](repeating: 0, count: count)
  }

  /// Gives a slot new content; the old content loses its slot.
  mutating func fill(_ slot: Int, with content: Content) {
    switch contents[slot] {
    case .nothing: break
    case .session(let session):
      if session.slot == slot {
        session.slot = nil
        session.cachedCount = 0
      }
    case .prompt(let group):
      if group.slot == slot { group.slot = nil }
    }
    contents[slot] = content
    touch(slot)
    switch content {
    case .nothing: break
    case .session(let session): session.slot = slot
    case .prompt(let group): group.slot = slot
    }
  }

  mutating func touch(_ slot: Int) {
    useCount += 1
    lastUse[slot] = useCount
  }

  /// The best slot to evict: an unused one, or else the least recently used slot of a finished
  /// session.
  /// - Parameter preempting: true to also consider slots that a waiting session would continue
  ///   from; that session is preempted: it will have to recompute the content.
  func evictionCandidate(
    preempting: Bool = false, where isCandidate: (Int) -> Bool = { _ in true }
  ) -> Int? {
    var best: (slot: Int, use: Use)?
    for slot in contents.indices where isCandidate(slot) {
      let use = use(of: slot)
      if use == .free { return slot }
      guard use == .cached || (preempting && use == .waiting) else { continue }
      if let best, (best.use, lastUse[best.slot]) <= (use, lastUse[slot]) { continue }
      best = (slot, use)
    }
    return best?.slot
  }

  enum Use: Int, Comparable {
    /// Nothing that anybody could continue.
    case free
    /// A finished session.
    case cached
    /// A sequence that a waiting session continues.
    case waiting
    case running

    static func < (a: Use, b: Use) -> Bool { a.rawValue < b.rawValue }
  }

  func use(of slot: Int) -> Use {
    switch contents[slot] {
    case .nothing: return .free
    case .prompt(let group): return group.waiting.isEmpty ? .free : .waiting
    case .session(let session):
      if session.phase == .running { return .running }
      if session.waitingForks > 0 || session.phase == .waiting { return .waiting }
      return session.phase == .closed ? .free : .cached
    }
  }

  private static func commonCount(_ a: ArraySlice<Int32>, _ b: ArraySlice<Int32>) -> Int {
    var count = 0
    while count < min(a.count, b.count), a[count] == b[count] { count += 1 }
    return count
  }

  /// The tokens whose keys and values are in a slot.
  func held(in slot: Int) -> ArraySlice<Int32> {
    switch contents[slot] {
    case .nothing: []
    case .session(let session): session.tokens[..<session.cachedCount]
    case .prompt(let group): group.prompt[...]
    }
  }

  /// The slot with the longest cached prefix of a sequence, at least half of it, and the prefix's
  /// length.
  /// - Parameter canTruncate: true if a slot can be used that holds more tokens than the common
  ///   prefix.
  func longestPrefix(of tokens: ArraySlice<Int32>, canTruncate: Bool) -> (slot: Int, length: Int)? {
    var best: (slot: Int, length: Int)?
    for slot in contents.indices {
      let held = held(in: slot)
      let least = best?.length ?? 0
      // A longer prefix must also agree at the position where the best one so far ends.
      guard least < min(held.count, tokens.count), held[least] == tokens[least] else { continue }
      let length = Self.commonCount(held, tokens)
      guard length > least, canTruncate || length == held.count else { continue }
      best = (slot, length)
    }
    guard let best, 2 * best.length >= tokens.count else { return nil }
    return best
  }
}
