import Synchronization

/// What types declare, made once each. A group's fields are a computed list, every one of which asks
/// a fresh value for its default; decoding, rules and validation ask for them at every stage.
enum DeclarationCache {
  private static let descriptors = Mutex<[ObjectIdentifier: GroupDescriptor]>([:])
  private static let fields = Mutex<[ObjectIdentifier: AnyFieldList]>([:])

  /// Never changed once made; its closures hold key paths and functions, and no state.
  private class AnyFieldList: @unchecked Sendable {}
  private final class FieldList<Root>: AnyFieldList, @unchecked Sendable {
    let fields: [Field<Root>]
    init(_ fields: [Field<Root>]) { self.fields = fields }
  }

  static func descriptor(of type: Any.Type, make: () -> GroupDescriptor) -> GroupDescriptor {
    let id = ObjectIdentifier(type)
    if let cached = descriptors.withLock({ $0[id] }) { return cached }
    // Made outside the lock, since a group's descriptor asks for those of the groups inside it.
    let made = make()
    descriptors.withLock { $0[id] = made }
    return made
  }

  static func fields<Root>(of type: Root.Type, make: () -> [Field<Root>]) -> [Field<Root>] {
    let id = ObjectIdentifier(type)
    // What is filed under a type is its own list; looking at its class costs more than the rest.
    if let cached = fields.withLock({ $0[id] }) {
      return unsafeDowncast(cached, to: FieldList<Root>.self).fields
    }
    let made = FieldList(make())
    fields.withLock { $0[id] = made }
    return made.fields
  }
}
