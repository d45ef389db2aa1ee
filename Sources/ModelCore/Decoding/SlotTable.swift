/// Sessions that wait with one prompt: it is run once, and kept until the last of them has it.
final class PromptGroup {
  let prompt: [Int32]
  var waiting: [DecodingSession] = []
  /// Where the prompt is remembered, once it has run.
  var slot: Int?
  /// The prompt's last hidden state.
  var tip: [Float] = []
  var hasRun = false
  /// Whether some session has been charged with it.
  var isCounted = false

  init(prompt: [Int32]) { self.prompt = prompt }
}

/// What each slot of the model's memory holds, and which may be given up for another.
///
/// Slots are a cache of what sessions' tokens say: an active session always has one, a resting one
/// keeps its own until it is needed.
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

  /// Gives a slot to another; what it held forgets it.
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

  /// The slot that is missed least: one that nobody wants, or the one used longest ago of those that
  /// resting sessions have.
  /// - Parameter atAnyPrice: also one that somebody waits for, who will then have to compute it anew.
  func leastNeeded(atAnyPrice: Bool) -> Int? {
    var best: (slot: Int, need: Need)?
    for slot in contents.indices {
      let need = need(of: slot)
      if need == .none { return slot }
      guard need == .kept || (atAnyPrice && need == .waitedFor) else { continue }
      if let best, (best.need, lastUse[best.slot]) <= (need, lastUse[slot]) { continue }
      best = (slot, need)
    }
    return best?.slot
  }

  enum Need: Int, Comparable {
    case none, kept, waitedFor, active

    static func < (a: Need, b: Need) -> Bool { a.rawValue < b.rawValue }
  }

  func need(of slot: Int) -> Need {
    switch contents[slot] {
    case .nothing: return .none
    case .prompt(let group): return group.waiting.isEmpty ? .none : .waitedFor
    case .session(let session):
      if session.phase == .active { return .active }
      if session.waitingForks > 0 || session.phase == .waiting { return .waitedFor }
      return session.phase == .closed ? .none : .kept
    }
  }

  private static func commonCount(_ a: ArraySlice<Int32>, _ b: ArraySlice<Int32>) -> Int {
    var count = 0
    while count < min(a.count, b.count), a[count] == b[count] { count += 1 }
    return count
  }

  /// The tokens a slot remembers.
  func held(in slot: Int) -> ArraySlice<Int32> {
    switch contents[slot] {
    case .nothing: []
    case .session(let session): session.tokens[..<session.cachedCount]
    case .prompt(let group): group.prompt[...]
    }
  }

  /// The slot that remembers most of a sequence's beginning, at least half of it, and how much.
  /// - Parameter goesBack: whether a slot helps that remembers more than what both have in common.
  func longestPrefix(of tokens: ArraySlice<Int32>, goesBack: Bool) -> (slot: Int, length: Int)? {
    var best: (slot: Int, length: Int)?
    for slot in contents.indices {
      let held = held(in: slot)
      let least = best?.length ?? 0
      // A longer one must agree where the best so far ended.
      guard least < min(held.count, tokens.count), held[least] == tokens[least] else { continue }
      let length = Self.commonCount(held, tokens)
      guard length > least, goesBack || length == held.count else { continue }
      best = (slot, length)
    }
    guard let best, 2 * best.length >= tokens.count else { return nil }
    return best
  }
}
