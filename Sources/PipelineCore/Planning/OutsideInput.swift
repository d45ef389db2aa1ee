/// Something from outside that a stage is given, as it is looked at before anything runs.
package struct OutsideInput: Sendable {
  package let role: String
  package let label: String?
  /// A path for messages.
  package let name: String
  package let artifact: any ArtifactReader

  package init(role: String, label: String?, name: String, artifact: any ArtifactReader) {
    self.role = role
    self.label = label
    self.name = name
    self.artifact = artifact
  }
}
