package import ModelCore
import Synchronization

/// The models of this process that nothing trains, by the digests of their artifacts: the bases of
/// adapters, and policies that only answer. Points that use the same model share its weights.
///
/// A model stays in memory as long as somebody uses it, and no longer.
package final class FrozenModels: Sendable {
  package static let shared = FrozenModels()

  /// One model, read by the first who asks for it while the others wait.
  private final class Entry: Sendable {
    struct Reference { weak var model: Transformer? }
    let reference = Mutex(Reference())
  }

  private struct Key: Hashable {
    let digest: String
    let use: WeightUse
  }

  private let entries = Mutex<[Key: Entry]>([:])

  package init() {}

  /// Returns the model of an artifact.
  /// - Parameters:
  ///   - digest: the digest of the artifact.
  ///   - use: the form in which the weights are in memory.
  ///   - read: reads it.
  package func model(
    _ digest: String, for use: WeightUse = .onlyRead, _ read: () throws -> Transformer
  ) throws -> Transformer {
    let key = Key(digest: digest, use: use)
    let entry = entries.withLock { entries in
      if let known = entries[key] { return known }
      let new = Entry()
      entries[key] = new
      return new
    }
    return try entry.reference.withLock { reference in
      if let model = reference.model { return model }
      let model = try read()
      model.requiresGradient = false
      reference.model = model
      return model
    }
  }
}
