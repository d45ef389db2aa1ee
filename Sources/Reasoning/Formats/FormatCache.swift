import ModelCore

/// The formats and the tokenizers that this process used last.
enum FormatCache {
  private static let formats = FileCache<FormatConfiguration, any ResponseFormat, FormatError>(
    most: 16)
  /// Few, because the tokenizer of a large vocabulary takes a hundred megabytes.
  private static let checkpoints = FileCache<String, CheckpointText, ModelFileError>(most: 4)

  static func format(
    of configuration: FormatConfiguration,
    make: () throws(FormatError) -> any ResponseFormat
  ) throws(FormatError) -> any ResponseFormat {
    try formats.value(
      of: configuration, files: { CheckpointText.stamps(of: configuration.model) }, make: make)
  }

  static func checkpoint(_ path: String) throws(ModelFileError) -> CheckpointText {
    try checkpoints.value(
      of: path, files: { CheckpointText.stamps(of: path) },
      make: { () throws(ModelFileError) in try CheckpointText(path: path) })
  }
}
