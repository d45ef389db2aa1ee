/// A published recipe as fields of a stage: `preset: dr_grpo` writes them into the stage.
package struct Preset: Sendable {
  package let name: String
  package let meaning: String
  /// The paper that published it.
  package let source: String
  /// The fields as YAML.
  package let text: String

  package init(name: String, meaning: String, source: String, text: String) {
    self.name = name
    self.meaning = meaning
    self.source = source
    self.text = text
  }

  /// The text as a source file, under the name that messages show.
  var file: SourceFile { SourceFile(name: "preset \(name)", text: text) }
}
