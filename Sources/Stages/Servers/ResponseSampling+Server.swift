import Algorithms
import Fields
import PipelineCore
import Reasoning
import Servers

/// One response that a stage asks of a server.
struct AskedResponse {
  /// The place of the problem among those of the stage.
  let item: Int
  let sample: Int
  /// The given budget; nil for none.
  let budget: Int?
}

extension ResponseSampling {
  /// Asks a server for the responses that are not stored yet. Each is stored as soon as it is
  /// whole, so that a stage that was killed asks only for those that are missing.
  func run(by given: ServerArtifact, _ connector: ServerConnector) throws -> [ResponseRecord] {
    let configuration = ServerConfiguration(decoding: given.fields)
    let cells = try ResponseCells(
      items.map(\.problem), task, purpose: purpose, in: context, isSliced: false)
    let budgets: [Int?] =
      task.budgets.mode == .prefilled ? task.budgets.prefilledBudgets.map { $0 } : [nil]
    let all = items.indices.flatMap { item in
      (0..<task.sampling.numGenerations).flatMap { sample in
        budgets.map { AskedResponse(item: item, sample: sample, budget: $0) }
      }
    }
    var records = all.map { cells.response($0, split: items[$0.item].split) }
    let missing = all.indices.filter { records[$0] == nil }
    // The log follows the order of problems though answers come in any: a problem's responses are
    // in it once all are there.
    let perItem = task.sampling.numGenerations * budgets.count
    func responses(to item: Int) -> [[ResponseRecord]] {
      let own = records[item * perItem..<(item + 1) * perItem].compactMap(\.self)
      return own.count == perItem ? own.chunks(ofCount: budgets.count).map(Array.init) : []
    }
    var whole = items.indices.map(responses)
    var log = ResponseLog(numGenerations: task.sampling.numGenerations)
    log.add(whole)
    context.show(log: log.data)
    guard !missing.isEmpty else { return records.compactMap { $0 } }

    let server = try connector.open(configuration.serverAddress, configuration.limits)
    defer { Blocking.close(server) }
    let identity = try identity(of: server, configuration, as: given)
    let stored = records.compactMap { $0 }
    let spending = ServerSpending(configuration, for: stored)
    let policy = ServerPolicy(
      server, configuration, maxPositions: identity.maxModelLength, format: task.sampling.format,
      spending: spending,
      build: configuration.fingerprint == .same ? ServerBuild(of: stored) : nil,
      isAskedToEnd: { [context] in context.isAskedToEnd })
    try ModelArtifact.requireRoom(
      of: task.sampling.format.countsTokens ? policy.maxPositions : nil,
      for: items.map(\.problem), longest: task.longestSequence, format: task.sampling.format)
    let drawing = try ResponseDrawing(task, policy: policy, seed: context.seed, purpose: purpose)
    var done = stored.count
    var right = stored.count { $0.isCorrect }
    let requests = missing.map { index in
      ResponseRequest(
        problem: items[all[index].item].problem, sample: all[index].sample,
        header: all[index].budget.map { .given($0) } ?? .none)
    }
    try drawing.draw(requests) { number, record in
      let index = missing[number]
      cells.add(record, to: all[index])
      try cells.commit()
      records[index] = record.with(split: items[all[index].item].split)
      done += 1
      right += record.isCorrect ? 1 : 0
      whole[all[index].item] = responses(to: all[index].item)
      log.add(whole)
      context.show(log: log.data)
      var metrics = [
        ("accuracy", NumberFormat.fixed(Double(right) / Double(done), digits: 3))
      ]
      if configuration.prices != nil {
        metrics.append(("spent", ServerSpending.text(spending.spent)))
      }
      try context.endStep(
        StageProgress(step: done, total: all.count, noun: "responses", metrics: metrics)
      ) { _ in }
    }
    return records.compactMap { $0 }
  }

  /// The identity of the server, which must be the one in the stage's key.
  private func identity(
    of server: any AnsweringServer, _ configuration: ServerConfiguration,
    as given: ServerArtifact
  ) throws -> ServerIdentity {
    let identity: ServerIdentity
    do {
      identity = try Blocking.value { try await server.identity() }
    } catch {
      throw StageFailure("the server \(configuration.address) cannot be asked: \(error.inWords)")
    }
    guard configuration.description(of: identity) == (try given.read(ServerArtifact.path)) else {
      throw StageFailure(
        "the server \(configuration.address) is not the one that this run began with: run again, "
          + "and its responses are kept apart")
    }
    return identity
  }
}
