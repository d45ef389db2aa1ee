extension Runner {
  /// Finds a ready point's key, and then its result or the work it needs.
  func resolve(_ index: Int) {
    do {
      let key = try resolver.key(of: graph.points[index]) { runs[$0].artifact?.digest }
      // A result made from only some of its inputs is never looked up and never recorded.
      guard !scheduler.isPartial(index) else {
        runs[index].key = nil
        return scheduler.needsWork(index)
      }
      runs[index].key = key
      announce(key, of: index)
      if let artifact = cached(key, of: index) {
        succeeded(index, .hit, artifact, seconds: 0)
      } else {
        queue(index, under: key)
      }
    } catch {
      failed(index, error.inWords, seconds: 0)
    }
  }

  /// Writes the key to the run's log, so that `gc` keeps its result.
  private func announce(_ key: StageKey, of index: Int) {
    note {
      try log.planned(index, key: key.hex)
      try log.flush()
      // A collector that starts from now on reads that line; this waits for one that started
      // before.
      try store.withSharedLock {}
    }
  }

  /// The undamaged result under a key.
  private func cached(_ key: StageKey, of index: Int) -> StoredArtifact? {
    switch store.lookup(key.hex) {
    case .none: return nil
    case .hit(let artifact): return artifact
    case .damaged(_, let problems):
      let problem = problems.first.map { "\($0)" } ?? "its record cannot be read"
      observer.noticed(.unusableHit(address: graph.points[index].address, problem: problem))
      return nil
    }
  }

  /// Queues a cache miss, or lets it wait for another point whose work is of use to it.
  private func queue(_ index: Int, under key: StageKey) {
    if let other = atWork[key.hex], other != index {
      scheduler.sharesWork(index, with: other)
    } else if let shorter = shorterWork(for: key) {
      scheduler.waits(index, for: shorter)
    } else {
      atWork[key.hex] = index
      scheduler.needsWork(index)
      holdLongerWork(than: key, of: index)
    }
  }

  /// The queued or running point whose final state is the best start for the work under `key`.
  private func shorterWork(for key: StageKey) -> Int? {
    guard let prefix = key.prefix else { return nil }
    let candidates = atWork.values.sorted().compactMap { other in
      runs[other].key?.prefix.map { (index: other, prefix: $0) }
    }
    guard candidates.contains(where: { $0.prefix.hex == prefix.hex }) else { return nil }
    let start = PrefixPlan.start(of: key, store: store).start ?? 0
    return PrefixPlan.base(for: prefix, from: start, among: candidates)?.index
  }

  /// Makes longer work that has not started wait for the final state of a shorter point just
  /// queued.
  private func holdLongerWork(than key: StageKey, of index: Int) {
    for other in atWork.values.sorted() where other != index && scheduler.isQueued(other) {
      guard let longer = runs[other].key, longer.prefix?.hex == key.prefix?.hex,
        shorterWork(for: longer) == index
      else { continue }
      atWork[longer.hex] = nil
      scheduler.waits(other, for: index)
    }
  }
}
