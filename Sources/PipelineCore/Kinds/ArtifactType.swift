/// The type of artifact that a stage makes: `problems`, `model`, `responses`, `table`.
package struct ArtifactType: RawRepresentable, Sendable, Hashable {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package init(_ name: String) { rawValue = name }
}
