import Foundation
import ModelCore
import PipelineCore
import Stages
import Testing

@Suite struct ArtifactDifferenceTests {
  private func described(_ path: String, _ before: String, _ after: String) -> String? {
    ArtifactDifference.describe(
      ArtifactType("any"), path, Data(before.utf8), Data(after.utf8))
  }

  private func tensors(_ tensors: [NamedTensor]) -> Data { NamedTensors(tensors).encoded() }

  private func described(_ before: [NamedTensor], _ after: [NamedTensor]) -> String? {
    ArtifactDifference.describe(
      .model, "model.safetensors", tensors(before), tensors(after))
  }

  @Test func `the first tensor that differs is named, with the place and both values`() {
    let a = NamedTensor(name: "a", shape: [2], values: [1, 2])
    var b = NamedTensor(name: "b", shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    let before = [a, b]
    b.values[5] = 6.5
    #expect(described(before, [a, b]) == "tensor 'b' at [1, 2] was 6.0, is 6.5")
    #expect(described(before, [a]) == "tensor 'b' is not there any more")
    #expect(described([a], before) == "tensor 'b' was not there")
    let wide = NamedTensor(name: "a", shape: [1, 2], values: [1, 2])
    #expect(described([a], [wide]) == "tensor 'a' had shape [2] and has [1, 2]")
    let zero = NamedTensor(name: "a", shape: [2], values: [0, .nan])
    let minus = NamedTensor(name: "a", shape: [2], values: [-0.0, .nan])
    #expect(described([zero], [minus]) == "tensor 'a' at [0] was 0.0, is -0.0")
  }

  @Test func `the first row that differs is named, with the member and both values`() {
    let before = "{\"a\":1,\"b\":{\"c\":[1,2]}}\n{\"a\":2}\n"
    #expect(
      described("x.jsonl", before, "{\"a\":1,\"b\":{\"c\":[1,3]}}\n{\"a\":2}\n")
        == "row 1, b.c[1]: was 2, is 3")
    #expect(described("x.jsonl", before, before + "{}\n") == "row 3 was not there")
    #expect(described("x.jsonl", before + "{}\n", before) == "row 3 is not there any more")
    #expect(
      described("x.jsonl", before, "{\"a\":1,\"b\":{\"c\":[1,2]}}\n{\"a\":2.0}\n")
        == "row 2, a: was 2, is 2.0")
    #expect(described("x.jsonl", "{\"a\":1}\n", "{\"b\":1}\n") == #"row 1 was {"a":1}, is {"b":1}"#)
    #expect(described("x.jsonl", "no json\n", "none\n") == "row 1")
  }

  @Test func `a text's first line that differs is shown, of other bytes nothing is said`() {
    #expect(described("x.csv", "a\nb\n", "a\nc\n") == "line 2 was 'b', is 'c'")
    #expect(described("x.bin", "a", "b") == nil)
    #expect(described("model.safetensors", "a", "b") == nil)
  }
}
