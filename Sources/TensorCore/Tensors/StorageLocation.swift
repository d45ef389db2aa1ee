/// The place where the floats of a storage live. A backend works only on storages in its own place.
package enum StorageLocation: Sendable, Hashable {
  /// The memory of the processor.
  case host
}
