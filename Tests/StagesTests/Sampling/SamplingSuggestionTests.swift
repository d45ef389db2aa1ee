import Foundation
import ModelCore
import PipelineCore
import Reasoning
import Stages
import Testing

/// The settings of `generation_config.json` beside those of a stage that samples.
@Suite struct `The settings that a model's makers suggest` {
  /// The remarks on a stage that samples with these fields from a model with these suggestions.
  private static func remarks(
    on fields: String, suggestions: String, kind: String = "sample"
  ) throws -> [String] {
    try OwnData.with { own in
      var shape = ModelConfiguration()
      shape.hiddenSize = 16
      shape.layerCount = 1
      shape.headCount = 2
      shape.intermediateSize = 24
      let tokenizer = LadderVocabulary.tokenizer
      let model = Transformer(
        configuration: shape, vocabularySize: tokenizer.vocabularySize, seed: 1)
      for file in ModelFolder.files(of: model, tokenizer: tokenizer) {
        try own.write(file.data, to: "qwen/" + file.path)
      }
      try own.write(Data(suggestions.utf8), to: "qwen/generation_config.json")
      let graph = try own.graph(
        """
        version: 1
        name: outside
        stages:
          problems:
            kind: problems
            families: [chain]
            splits: {test: {count: 4, difficulty: [1, 1], seed: 1}}
          sample:
            kind: sample
            inputs: {policy: {checkpoint: qwen}, problems: problems}
            split: test
            sampling: {num_generations: 2, max_new_tokens: 40\(fields)}
        """)
      return try #require(graph.points.first { $0.stage == "sample" }).remarks
    }
  }

  private static let suggestions = #"""
    {"do_sample": true, "temperature": 0.7, "top_p": 0.8, "top_k": 20, "max_new_tokens": 512}
    """#

  @Test func `are shown where they differ from the stage's`() throws {
    #expect(
      try Self.remarks(on: "", suggestions: Self.suggestions) == [
        "the makers of 'qwen' suggest temperature 0.7, top_p 0.8, top_k 20; "
          + "this stage samples with temperature 1, top_p 1, top_k 0"
      ])
    #expect(
      try Self.remarks(on: ", top_p: 0.8, top_k: 20", suggestions: Self.suggestions) == [
        "the makers of 'qwen' suggest temperature 0.7; this stage samples with temperature 1"
      ])
  }

  @Test func `are not shown where they are the stage's, or say nothing`() throws {
    let same = ", temperature: 0.7, top_p: 0.8, top_k: 20"
    #expect(try Self.remarks(on: same, suggestions: Self.suggestions).isEmpty)
    #expect(try Self.remarks(on: "", suggestions: #"{"eos_token_id": 1}"#).isEmpty)
    #expect(try Self.remarks(on: "", suggestions: #"{"temperature": "\u001b[31m"}"#).isEmpty)
  }
}
