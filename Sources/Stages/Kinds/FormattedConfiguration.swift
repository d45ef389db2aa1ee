package import Fields
import Foundation
import ModelCore
package import PipelineCore
package import Reasoning

/// The fields of a stage that reads or writes prompts and responses.
package protocol FormattedConfiguration: FieldGroup {
  /// The format; nil for the standard one.
  var responseFormat: FormatConfiguration? { get }
}

extension FormattedConfiguration {
  /// The format; the standard one if there is a mistake, which the rules of the field tell.
  package var format: any ResponseFormat { responseFormat?.format ?? ResponseFormats.standard }
}

extension FieldDescriptor {
  /// The field that is also written at the top of a pipeline, for all stages that have it.
  package static let responseFormat = FieldDescriptor(
    name: ResponseFormatField.name, type: .group(FormatConfiguration.descriptor),
    defaultValue: .absent, meaning: FormatConfiguration.meaning, fieldClass: .semantic)
}

/// The name of the field, which is also that of the role of the files it names.
enum ResponseFormatField {
  static let name = "response_format"
  static let modelPath = [name, "model"]

  /// The files that are read of a model; nil if there are none.
  static func files(of path: String) -> ExternalInput? {
    if GGUFModel.isFile(path) { return .file(path: path) }
    let found = CheckpointText.paths.filter {
      FileManager.default.fileExists(atPath: path + "/" + $0)
    }
    return found.isEmpty ? nil : .files(folder: path, paths: found)
  }
}

extension Role {
  /// The files that `response_format.model` names; the loader fills it.
  static let responseFormat = Role(
    ResponseFormatField.name, accepts: [.file, .files], required: false,
    from: ResponseFormatField.modelPath.joined(separator: "."),
    "tokenizer and chat template, taken from response_format.model")
}

extension FieldGroup {
  static func responseFormat(
    _ path: WritableKeyPath<Self, FormatConfiguration?>
  ) -> Field<Self> {
    .group(ResponseFormatField.name, path, FormatConfiguration.meaning, .semantic)
  }

  /// The fields of the format and of the sampling settings that use it.
  /// - Parameter meaning: of the sampling settings.
  static func sampling(
    _ sampling: WritableKeyPath<Self, SamplingConfiguration>,
    in format: WritableKeyPath<Self, FormatConfiguration?>,
    meaning: String = "Sampling of responses"
  ) -> [Field<Self>] {
    let written = responseFormat(format)
    // The format is decoded after the settings that it is for.
    return [
      .group("sampling", sampling, meaning, .semantic, required: true),
      Field(written.descriptor, issues: written.issues) { root, value in
        written.assign(&root, value)
        if let format = root[keyPath: format] { root[keyPath: sampling].format = format.format }
      },
    ]
  }
}

extension ConfiguredStageKind where Configuration: FormattedConfiguration {
  package func format(of configuration: Configuration) -> any ResponseFormat {
    configuration.format
  }

  /// Runs only with the format that the stage asks for.
  package func run(_ context: any StageContext) throws {
    let configuration = Configuration(decoding: context.config)
    _ = try configuration.responseFormat?.resolved()
    try run(configuration, in: context)
  }

  package func namedPaths(in config: FieldValue) -> [NamedPath] {
    guard let path = config[path: ResponseFormatField.modelPath].stringValue, !path.isEmpty else {
      return []
    }
    return [
      NamedPath(
        role: ResponseFormatField.name, field: ResponseFormatField.modelPath, path: path,
        files: ResponseFormatField.files)
    ]
  }

  /// A format that cannot be made: all rules about prompts and responses would be checked with
  /// another one.
  package func firstIssues(in configuration: Configuration) -> [FieldIssue] {
    (configuration.responseFormat?.issues() ?? []).map { $0.prefixed(ResponseFormatField.name) }
  }
}
