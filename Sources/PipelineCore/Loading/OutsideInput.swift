/// An input from outside, as it is checked before anything runs.
package struct OutsideInput: Sendable {
  package let role: String
  package let label: String?
  /// The path to show in messages.
  package let name: String
  package let artifact: any ArtifactReader

  package init(role: String, label: String?, name: String, artifact: any ArtifactReader) {
    self.role = role
    self.label = label
    self.name = name
    self.artifact = artifact
  }
}
