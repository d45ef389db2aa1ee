/// The stage kinds of this build, in the order the schema lists them.
package struct StageKinds: Sendable {
  package let all: [any StageKind]
  package init(_ all: [any StageKind]) { self.all = all }

  package subscript(name: String) -> (any StageKind)? { all.first { $0.name == name } }
}
