extension SessionScheduler {
  /// Puts a session into the place for its state: a queue if there is work to do, else at rest.
  func settle(_ session: DecodingSession) {
    session.restIfDone()
    if session.stop != nil {
      unschedule(session)
    } else if session.phase == .resting {
      enqueue(session)
    }
  }

  /// Removes a session from the batch or the queue.
  func unschedule(_ session: DecodingSession) {
    switch session.phase {
    case .closed: return
    case .resting: break
    case .active: active.removeAll { $0 === session }
    case .waiting:
      returning.removeAll { $0 === session }
      if let group = groupOfPrompt[Array(session.tokens[..<session.promptCount])] {
        group.waiting.removeAll { $0 === session }
        dropIfDone(group)
      }
    }
    rest(session)
  }

  func rest(_ session: DecodingSession) {
    session.phase = .resting
    session.lastHiddenState = nil
    forgetParent(of: session)
    if let slot = session.slot { slots.touch(slot) }
  }

  func activate(_ session: DecodingSession) {
    session.phase = .active
    forgetParent(of: session)
    active.append(session)
  }

  private func enqueue(_ session: DecodingSession) {
    session.phase = .waiting
    // A prompt that is not in any slot should run together with equal prompts.
    guard session.logProbabilities.isEmpty, session.slot == nil, session.parent == nil else {
      returning.append(session)
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

  func dropIfDone(_ group: PromptGroup) {
    guard group.waiting.isEmpty else { return }
    groupOfPrompt[group.prompt] = nil
    if groups.first === group {
      groups.removeFirst()
    } else {
      groups.removeAll { $0 === group }
    }
  }

  private func forgetParent(of session: DecodingSession) {
    session.parent?.waitingForks -= 1
    session.parent = nil
  }
}
