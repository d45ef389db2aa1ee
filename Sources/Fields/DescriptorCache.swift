import Synchronization

/// Descriptors by type. A group's fields are a computed list, and validation asks for it at every
/// stage; building it once keeps large pipelines quick.
enum DescriptorCache {
  private static let known = Mutex<[ObjectIdentifier: GroupDescriptor]>([:])

  static func descriptor(of type: Any.Type, make: () -> GroupDescriptor) -> GroupDescriptor {
    let id = ObjectIdentifier(type)
    if let cached = known.withLock({ $0[id] }) { return cached }
    // Made outside the lock, since a group's descriptor asks for those of the groups inside it.
    let made = make()
    known.withLock { $0[id] = made }
    return made
  }
}
