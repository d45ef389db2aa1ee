import Synchronization

/// Caches the declarations of types, so that each is made once. A group's fields are a computed
/// list, and each field creates a fresh value to read its default; decoding, rules and validation
/// need them at every stage.
enum DeclarationCache {
  private static let descriptors = Mutex<[ObjectIdentifier: GroupDescriptor]>([:])
  private static let fields = Mutex<[ObjectIdentifier: AnyFieldList]>([:])

  /// Safe to share between threads: it never changes, and its closures hold only key paths and
  /// functions.
  private class AnyFieldList: @unchecked Sendable {}
  private final class FieldList<Root>: AnyFieldList, @unchecked Sendable {
    let fields: [Field<Root>]
    init(_ fields: [Field<Root>]) { self.fields = fields }
  }

  static func descriptor(of type: Any.Type, make: () -> GroupDescriptor) -> GroupDescriptor {
    let id = ObjectIdentifier(type)
    if let cached = descriptors.withLock({ $0[id] }) { return cached }
    // Made outside the lock, because the descriptor of a group needs those of the groups inside it.
    let made = make()
    descriptors.withLock { $0[id] = made }
    return made
  }

  static func fields<Root>(of type: Root.Type, make: () -> [Field<Root>]) -> [Field<Root>] {
    let id = ObjectIdentifier(type)
    // Each entry is stored under its own type, so an unchecked cast is safe; a checked one costs
    // more than the rest of this function.
    if let cached = fields.withLock({ $0[id] }) {
      return unsafeDowncast(cached, to: FieldList<Root>.self).fields
    }
    let made = FieldList(make())
    fields.withLock { $0[id] = made }
    return made.fields
  }
}
