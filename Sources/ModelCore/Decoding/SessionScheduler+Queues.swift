extension SessionScheduler {
  /// Puts a session into the place for its state: a queue if there is work to do.
  func reschedule(_ session: DecodingSession) {
    session.finishIfDone()
    if session.stop != nil {
      dequeue(session)
    } else if session.phase == .finished {
      enqueue(session)
    }
  }

  /// Removes a session from the batch or the queue.
  func dequeue(_ session: DecodingSession) {
    switch session.phase {
    case .closed: return
    case .finished: break
    case .running: running.removeAll { $0 === session }
    case .waiting:
      resuming.removeAll { $0 === session }
      if let group = groupOfPrompt[Array(session.tokens[..<session.promptCount])] {
        group.waiting.removeAll { $0 === session }
        removeIfEmpty(group)
      }
    }
    finish(session)
  }

  func finish(_ session: DecodingSession) {
    session.phase = .finished
    session.lastHiddenState = nil
    forgetParent(of: session)
    if let slot = session.slot { slots.touch(slot) }
  }

  func start(_ session: DecodingSession) {
    session.phase = .running
    forgetParent(of: session)
    running.append(session)
  }

  private func enqueue(_ session: DecodingSession) {
    session.phase = .waiting
    // A prompt that is not in any slot should run together with equal prompts.
    guard session.logProbabilities.isEmpty, session.slot == nil, session.parent == nil else {
      resuming.append(session)
      return
    }
    let prompt = Array(session.tokens[..<session.promptCount])
    let group = groupOfPrompt[prompt] ?? PromptGroup(prompt: prompt)
    if group.waiting.isEmpty {
      groupOfPrompt[prompt] = group
      groups.append(group)
    }
    group.waiting.append(session)
  }

  func removeIfEmpty(_ group: PromptGroup) {
    guard group.waiting.isEmpty else { return }
    if let slot = group.slot { empty(slot) }
    groupOfPrompt[group.prompt] = nil
    if groups.first === group {
      groups.removeFirst()
    } else {
      groups.removeAll { $0 === group }
    }
  }

  private func forgetParent(of session: DecodingSession) {
    guard let parent = session.parent else { return }
    parent.waitingForks -= 1
    session.parent = nil
    if parent.phase == .closed { releasePages(of: parent) }
  }
}
