import ArgumentParser
import PipelineCore

/// The parts that commands share which take a run's name or tags.
enum RunName {
  static func help(valueName: String = "run") -> ArgumentHelp {
    ArgumentHelp("A run: 'latest', 'tag:NAME', or the beginning of an id.", valueName: valueName)
  }

  /// - Throws: `ValidationError` for a text that cannot be a tag.
  static func validate(tags: [String]) throws {
    if let flaw = tags.lazy.compactMap(RunLabels.flaw(ofTag:)).first { throw ValidationError(flaw) }
    if tags.count > RunLabels.tagCountLimit {
      throw ValidationError(RunLabelError.tooManyTags.description)
    }
  }

  static func text(ofTags tags: [String]) -> String {
    tags.isEmpty ? "no tags" : "[" + tags.joined(separator: ", ") + "]"
  }
}
