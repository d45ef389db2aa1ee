package import Fields

/// A job as a message to another process, which finds everything else in the store and in the run's
/// resolved pipeline: the seam for executors that work in other processes. `LocalExecutor` hands
/// over the job itself; a test's executor works from the bytes of tickets alone.
package struct StageTicket: Sendable, Hashable, Codable {
  /// The position of the point in the run's graph.
  package let index: Int
  package let address: String
  /// Nil for work that is not cached.
  package let key: String?
  package let threads: Int
  /// The point's limits that hold while it works; the resolved pipeline has none.
  package let timeout: TimeSpan?
  package let maxResidentSize: ByteSize?
  /// The digests of the artifacts it takes from other points, by their indices; a point that failed
  /// has none.
  package let artifacts: [Int: String]
}

extension StageJob {
  package var ticket: StageTicket {
    StageTicket(
      index: index, address: point.address, key: key?.hex, threads: threads,
      timeout: point.limits.timeout, maxResidentSize: point.limits.maxResidentSize,
      artifacts: Dictionary(
        inputs.compactMap { input in input.source.map { ($0, input.artifact.digest) } },
        uniquingKeysWith: { first, _ in first }))
  }

  /// Opens a job from its ticket, in the process that will do it.
  /// - Parameter graph: the run's graph, from its resolved pipeline.
  /// - Throws: `StageFailure` if the work would be other work here, because the graph, an outside
  ///   input or what the numerics depend on differs; `StoreError` if an input cannot be read.
  package init(
    _ ticket: StageTicket, in graph: StageGraph, store: Store,
    fingerprint: @escaping (Numerics) -> String
  ) throws {
    guard graph.points.indices.contains(ticket.index),
      graph.points[ticket.index].address == ticket.address
    else { throw StageFailure("'\(ticket.address)' is not in the run's pipeline") }
    var point = graph.points[ticket.index]
    point.limits.timeout = ticket.timeout
    point.limits.maxResidentSize = ticket.maxResidentSize
    var resolver = PointResolver(graph: graph, store: store, fingerprint: fingerprint)
    let key = try resolver.key(of: point) { ticket.artifacts[$0] }
    guard ticket.key == nil || ticket.key == key.hex else {
      throw StageFailure(
        "'\(ticket.address)' has the key \(key.hex.prefix(12)) here and not "
          + "\(ticket.key?.prefix(12) ?? ""): an outside input or the machine differs")
    }
    try self.init(
      point, key: ticket.key == nil ? nil : key, threads: ticket.threads, resolver: &resolver
    ) { source in
      try ticket.artifacts[source].map(store.artifact)
    }
  }
}
