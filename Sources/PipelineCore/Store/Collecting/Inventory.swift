import Foundation

/// The content of a store and the references in it, as `gc` needs them.
struct Inventory {
  struct Blob {
    let size: Int
    /// Nanoseconds since 1970.
    let changed: Int64
    /// True for a file outside the store, of which the store has only a note.
    var isOutside = false
    /// The bytes that it takes in the store.
    var storedSize: Int { isOutside ? 0 : size }
  }

  /// Something that is kept or removed as a whole, such as a finished result or a checkpoint.
  struct Holding {
    enum Kind: Sendable, Hashable {
      case result
      case checkpoint
      /// The state in which finished training ended.
      case state
      /// A segment of cells.
      case cells
      /// The artifact of a partial result: a table with points missing, which has no record.
      case partial
    }
    let kind: Kind
    /// The key; for a partial result the digest of its artifact, for cells the path of their file.
    let name: String
    /// The artifact of a result or of a state.
    var artifact: String?
    /// The artifacts from which cells were computed.
    var sources: [String] = []
    /// The file or folder that is removed first; nil if there are only blobs.
    let place: String?
    /// The bytes of `place`, and of the log next to a result.
    let size: Int
    /// The digests of its blobs, the manifest included.
    var blobs: Set<String> = []
    /// Seconds since 1970.
    var lastUse: Double
    /// True if it cannot be used: a record whose blobs are missing, or a checkpoint of finished
    /// work.
    var isUseless = false
  }

  struct Run {
    let id: String
    let size: Int
    /// The keys and artifacts that the run used.
    let names: Set<String>
    let artifacts: Set<String>
    /// The digest of the run's resolved pipeline.
    let pipeline: String?
    /// Seconds since 1970.
    let lastUse: Double
    let isLive: Bool
    let isPinned: Bool
  }

  var blobs: [String: Blob] = [:]
  var holdings: [Holding] = []
  /// Oldest first. A run that cannot be read is left out and is not removed.
  var runs: [Run] = []
  /// The resolved pipelines by digest, with their sizes.
  var pipelines: [String: Int] = [:]
  /// The keys that have a lease.
  var atWork: Set<String> = []
  /// The size of everything in the store, in bytes.
  var size = 0
}

extension Store {
  /// Reads the store once; of the blobs, only manifests are read.
  /// - Throws: `StoreError` if something cannot be read for a reason other than damage, because it
  ///   is then unknown what it references.
  func inventory() throws -> Inventory {
    var inventory = Inventory()
    inventory.blobs = try blobs().merging(outsideBlobs()) { own, _ in own }
    inventory.runs = try runsInUse()
    for name in try files.list(path(.runs, "resolved")) {
      guard let digest = StoreName.stem(of: name, ".json") else { continue }
      inventory.pipelines[digest] = files.status(resolvedPath(digest))?.size
    }
    inventory.atWork = try keysAtWork()
    var results = try results(inventory.blobs)
    let finished = Set(results.filter { !$0.isUseless }.map(\.name))
    results += try checkpoints(finished)
    results += try states(inventory.blobs)
    results += try cells(inventory.blobs)
    let recorded = Set(results.compactMap(\.artifact))
    for artifact in Set(inventory.runs.flatMap(\.artifacts)).subtracting(recorded).sorted() {
      guard let blobs = try contents(of: artifact, inventory.blobs) else { continue }
      results.append(
        Inventory.Holding(
          kind: .partial, name: artifact, artifact: artifact, place: nil, size: 0, blobs: blobs,
          lastUse: 0))
    }
    let uses = Dictionary(
      inventory.runs.flatMap { run in run.names.map { ($0, run.lastUse) } },
      uniquingKeysWith: max)
    inventory.holdings = results.map { holding in
      // States and cells have their own time of use: a cache hit on the work that made them does
      // not use them.
      if holding.kind == .state || holding.kind == .cells { return holding }
      var holding = holding
      for name in holding.names { holding.lastUse = max(holding.lastUse, uses[name] ?? 0) }
      return holding
    }
    inventory.size =
      inventory.blobs.values.reduce(0) { $0 + $1.storedSize }
      + inventory.holdings.reduce(0) { $0 + $1.size } + inventory.runs.reduce(0) { $0 + $1.size }
      + inventory.pipelines.values.reduce(0, +)
    return inventory
  }

  private func blobs() throws -> [String: Inventory.Blob] {
    var found: [String: Inventory.Blob] = [:]
    for shelf in try shelves(.objects) {
      for name in try files.list(path(.objects, shelf)) {
        guard ContentDigest.isWellFormed(shelf + name),
          let status = files.status(path(.objects, shelf, name))
        else { continue }
        found[shelf + name] = Inventory.Blob(size: status.size, changed: status.changed)
      }
    }
    return found
  }

  private func runsInUse() throws -> [Inventory.Run] {
    let pins = Set(try pinnedRuns())
    return try runIDs().compactMap { id in
      guard let run = try unlessDamaged({ try readRun(id) }) else { return nil }
      return Inventory.Run(
        id: id, size: files.status(path(.runs, id + ".jsonl"))?.size ?? 0,
        names: Set(run.points.compactMap(\.key) + run.points.compactMap(\.artifact)),
        artifacts: Set(run.points.compactMap(\.artifact)),
        pipeline: run.resolved, lastUse: (run.ended ?? run.started).timeIntervalSince1970,
        isLive: run.state == .running, isPinned: pins.contains(id))
    }
  }

  private func keysAtWork() throws -> Set<String> {
    Set(
      try files.list(path(.leases)).compactMap { name in
        guard let key = StoreName.stem(of: name, ".lock") else { return nil }
        return leaseHolder(key) != nil ? key : nil
      })
  }

  private func results(_ blobs: [String: Inventory.Blob]) throws -> [Inventory.Holding] {
    try recordedKeys().compactMap { key in
      let place = recordPath(key)
      guard let status = files.status(place) else { return nil }
      let log = files.status(keptLogPath(key))?.size ?? 0
      var holding = Inventory.Holding(
        kind: .result, name: key, place: place, size: status.size + log,
        lastUse: Double(status.modified) * 1e-9)
      let record: StoreRecord? = try unlessDamaged { try self.record(key) } ?? nil
      if let record, let contents = try contents(of: record.artifact, blobs) {
        holding.artifact = record.artifact
        holding.blobs = contents
      } else {
        holding.isUseless = true
      }
      return holding
    }
  }

  private func checkpoints(_ finished: Set<String>) throws -> [Inventory.Holding] {
    try digestFolders(.checkpoints).compactMap { key in
      let place = path(.checkpoints, key)
      let parts = try checkpointParts(key)
      // Other files in the folder are the user's own, so the folder stays.
      if parts.isEmpty, try !files.list(place).isEmpty { return nil }
      let time = files.status(place).map { Double($0.modified) * 1e-9 } ?? 0
      return Inventory.Holding(
        kind: .checkpoint, name: key, place: place,
        size: try parts.reduce(0) { try $0 + files.size($1) }, lastUse: time,
        isUseless: finished.contains(key))
    }
  }

  private func states(_ blobs: [String: Inventory.Blob]) throws -> [Inventory.Holding] {
    try keptStates().map { state in
      var holding = Inventory.Holding(
        kind: .state, name: state.key ?? "", artifact: state.artifact, place: state.path,
        size: state.size, lastUse: state.lastUse.timeIntervalSince1970)
      if let contents = try state.artifact.flatMap({ try contents(of: $0, blobs) }) {
        holding.blobs = contents
      } else {
        holding.isUseless = true
      }
      return holding
    }
  }

  private func cells(_ blobs: [String: Inventory.Blob]) throws -> [Inventory.Holding] {
    try cellSegments().map { segment in
      var holding = Inventory.Holding(
        kind: .cells, name: segment.path, sources: segment.sources, place: segment.path,
        size: segment.size, lastUse: segment.lastUse.timeIntervalSince1970)
      if let blob = segment.blob, blobs[blob] != nil {
        holding.blobs = [blob]
      } else {
        holding.isUseless = true
      }
      return holding
    }
  }

  /// The blobs of a complete artifact, its manifest included; nil if one is missing.
  private func contents(
    of digest: String, _ blobs: [String: Inventory.Blob]
  ) throws -> Set<String>? {
    guard let artifact = try unlessDamaged({ try artifact(digest) }) else { return nil }
    for file in artifact.manifest.files where blobs[file.digest]?.size != file.size { return nil }
    return Set(artifact.manifest.files.map(\.digest)).union([digest])
  }

  /// The value read; nil if it is damaged, missing or of another format. Other errors are thrown.
  private func unlessDamaged<Value>(_ read: () throws -> Value) throws -> Value? {
    do {
      return try read()
    } catch let error as StoreError where error.isDamage {
      return nil
    }
  }
}

extension Inventory.Holding {
  /// The names under which a run may refer to it.
  var names: [String] { [name] + (artifact.map { [$0] } ?? []) + sources }
}
