package import Foundation

extension ModelConfiguration {
  /// How many weights a model of this shape has, without making it.
  /// - Precondition: the configuration has no issues.
  package func parameterCount(
    vocabularySize: Int, mixers: [MixerKind] = MixerKind.standard
  ) -> Int {
    let shape = normalized
    var counter = ParameterBuilder()
    do {
      for (layer, name) in shape.layerPlan.enumerated() {
        guard let mixer = mixers.first(where: { $0.name == name }) else {
          preconditionFailure("a mixer for every layer")
        }
        _ = try Block(shape, layer: layer, mixer: mixer, &counter)
      }
    } catch {
      preconditionFailure("only values can be at fault, and none are asked for")
    }
    let tables = (shape.tiesEmbeddings ? 1 : 2) * vocabularySize * shape.hiddenSize
    return counter.weightCount + tables + shape.hiddenSize  // and the final norm
  }
}

extension ModelFolder {
  /// How many weights the model of a folder has, by its configuration alone; nil when that cannot be
  /// read or makes no model.
  /// - Parameter reading: the bytes of a file of the folder, by its path.
  package static func parameterCount(reading: (String) throws -> Data) -> Int? {
    guard let bytes = try? reading("config.json"),
      let file = try? ConfigurationFile(decoding: bytes, file: "config.json"),
      file.configuration.issues(mixers: MixerKind.standard).isEmpty
    else { return nil }
    return file.configuration.parameterCount(vocabularySize: file.vocabularySize)
  }
}
