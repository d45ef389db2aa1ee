import TensorCore

/// One sequence that a `SessionScheduler` continues: a prompt and the response so far.
///
/// The tokens define the session. The model's memory of them is only a cache: it may be evicted and
/// is then recomputed to the same bits. The scheduler works on a session until the session has a
/// `stop`.
package final class DecodingSession {
  /// The number of sessions that the scheduler had made before this one.
  package let number: Int
  package let promptCount: Int
  package let settings: SamplingSettings
  /// The prompt and everything after it.
  package internal(set) var tokens: [Int32]
  /// Log-probabilities of the first tokens after the prompt; appended tokens get theirs at the next
  /// tick.
  package internal(set) var logProbabilities: [Float]
  /// For every token after the prompt, true if it was sampled and false if it was forced.
  package internal(set) var isSampled: [Bool]
  /// The reason why the session is finished; nil while there is work to do.
  package internal(set) var stop: StopReason?
  /// The number of tokens that the session may still sample.
  package internal(set) var remainingTokens: Int
  package internal(set) var ledger = CostLedger()

  // The scheduler's own state follows.
  let stream: RandomStream
  let processors: [any LogitProcessor]
  let logitTemperature: Float
  let isProcessed: Bool
  let keepsHiddenStates: Bool
  var hiddenStates: [Float]
  /// The searches for stop strings, which have read the tokens before `searchedCount`.
  private var searches: [TextMark.Search]
  private var searchedCount: Int
  /// Tokens after the prompt that were taken from the session that this one was forked from.
  var inheritedCount = 0
  var phase = Phase.finished
  /// The slot with the keys and values of the first `cachedCount` tokens; nil if `cachedCount` is
  /// 0.
  var slot: Int?
  var cachedCount = 0
  /// The last hidden state of a prompt that has just been run; the next token is sampled from it.
  var lastHiddenState: [Float]?
  /// The session that this one was forked from, while this one waits for a slot.
  var parent: DecodingSession?
  /// The number of forks that wait for a slot; it is best if this session's slot is still filled
  /// when they get one.
  var waitingForks = 0

  enum Phase {
    /// In a queue for a row of the batch.
    case waiting
    /// In the batch.
    case running
    /// It has a stop reason, or had nothing to do yet; it may be continued.
    case finished
    /// The caller has taken its trace.
    case closed
  }

  init(
    number: Int, prompt: [Int32], settings: SamplingSettings, stream: RandomStream,
    processors: [any LogitProcessor], keepsHiddenStates: Bool
  ) {
    self.number = number
    promptCount = prompt.count
    self.settings = settings
    tokens = prompt
    logProbabilities = []
    isSampled = []
    remainingTokens = settings.maxNewTokens
    self.stream = stream
    self.processors = processors
    isProcessed = !LogitProcessors.arePlain(processors)
    logitTemperature = settings.temperature == 0 ? 1 : Float(settings.temperature)
    self.keepsHiddenStates = keepsHiddenStates
    hiddenStates = []
    searches = settings.stopStrings.map(TextMark.Search.init)
    searchedCount = prompt.count
  }

  /// The response so far, forced tokens included.
  package var response: ArraySlice<Int32> { tokens[promptCount...] }

  /// The first row whose distribution is needed: the row that decides the first token without a
  /// log-probability.
  var firstWantedRow: Int { promptCount + logProbabilities.count - 1 }

  /// The rows that must run before the next token: all that are not cached. The last token is
  /// included only if another token is sampled from it.
  var pendingRows: Range<Int> {
    let end = remainingTokens > 0 ? tokens.count : tokens.count - 1
    return cachedCount..<max(cachedCount, end)
  }

  /// The choice that gives token `index`: an existing token is scored, a new one is sampled.
  func row(for index: Int) -> LogitRow {
    let choice: LogitRow.Choice =
      if index < tokens.count {
        .score(tokens[index])
      } else if settings.temperature == 0 {
        .likeliest
      } else {
        .draw(stream, at: UInt64(index - promptCount))
      }
    return LogitRow(
      temperature: logitTemperature, banned: settings.bannedTokens, choice: choice,
      process: isProcessed ? process : nil)
  }

  /// Runs the processors on the logits of the next token.
  private var process: LogitRow.Process {
    let context = SamplingContext(tokens: tokens, promptCount: promptCount)
    return { [processors] logits in
      for processor in processors { processor.process(&logits, context) }
    }
  }

  /// The origin of a token.
  enum Origin { case drawn, forced, appended }

  /// Stores token `index` and its new log-probability.
  func take(_ chosen: ChosenToken, at index: Int) throws(GenerationError) -> Origin {
    let position = index - promptCount
    guard chosen.token >= 0 else { throw .nothingToDraw(position: position) }
    logProbabilities.append(chosen.logProbability)
    guard index == tokens.count else {
      finishIfDone()
      return .appended
    }
    let isForced = settings.forcedTokens[position] != nil
    tokens.append(chosen.token)
    isSampled.append(!isForced)
    remainingTokens -= 1
    if settings.stopTokens.contains(chosen.token) {
      stop = .stopToken
    } else if endsInStopString() {
      stop = .stopString
    } else {
      finishIfDone()
    }
    return isForced ? .forced : .drawn
  }

  /// True if a stop string ends in the last token. One that ended before, in a token that was
  /// inherited or appended, does not count.
  private func endsInStopString() -> Bool {
    guard !searches.isEmpty else { return false }
    var isFound = false
    for token in tokens[searchedCount...] {
      isFound = false
      for index in searches.indices where searches[index].read(token) != nil { isFound = true }
    }
    searchedCount = tokens.count
    return isFound
  }

  /// Copies the first `length` tokens of another session with their data.
  func inherit(_ length: Int, from session: DecodingSession) {
    tokens = Array(session.tokens[..<length])
    let count = length - promptCount
    isSampled = Array(session.isSampled.prefix(count))
    logProbabilities = Array(session.logProbabilities.prefix(count))
    hiddenStates = Array(session.hiddenStates.prefix(session.hiddenCount(of: count)))
    inheritedCount = count
  }

  func cut(to length: Int) {
    let count = length - promptCount
    hiddenStates.removeLast(hiddenStates.count - min(hiddenStates.count, hiddenCount(of: count)))
    tokens.removeLast(tokens.count - length)
    isSampled.removeLast(isSampled.count - count)
    logProbabilities.removeLast(max(0, logProbabilities.count - count))
    inheritedCount = min(inheritedCount, count)
    guard searchedCount > length else { return }
    searches = settings.stopStrings.map(TextMark.Search.init)
    searchedCount = promptCount
  }

  /// The number of stored hidden-state values for this number of tokens.
  private func hiddenCount(of count: Int) -> Int {
    logProbabilities.isEmpty ? 0 : hiddenStates.count / logProbabilities.count * count
  }

  /// Sets the stop reason if there is nothing left to do.
  func finishIfDone() {
    if stop == nil, remainingTokens == 0, firstWantedRow == tokens.count - 1 { stop = .length }
  }

  /// The response at this moment.
  package var trace: SessionTrace {
    let count = logProbabilities.count
    return SessionTrace(
      tokens: Array(response.prefix(count)), logProbabilities: logProbabilities,
      isSampled: Array(isSampled.prefix(count)), inheritedCount: min(inheritedCount, count),
      stop: stop, hiddenStates: keepsHiddenStates ? hiddenStates : nil, ledger: ledger)
  }
}
