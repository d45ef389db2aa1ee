import Foundation
import ModelCore
import TensorCore
import TestSupport

/// Small models as GGUF files, written as llama.cpp's converter writes them.
enum GGUFModels {
  static func architecture(of configuration: ModelConfiguration) -> String {
    configuration.hasQueryKeyValueBias
      ? "qwen2" : configuration.normalizesHeads ? "qwen3" : "llama"
  }

  static func writer(_ model: Transformer, tokenizer: any Tokenizer) -> GGUFWriter {
    let c = model.configuration
    let name = architecture(of: c)
    var file = GGUFWriter()
    file.keys = [
      ("general.architecture", .text(name)),
      ("general.type", .text("model")),
      (name + ".block_count", .uint32(UInt32(c.layerCount))),
      (name + ".context_length", .uint32(300)),
      (name + ".embedding_length", .uint32(UInt32(c.hiddenSize))),
      (name + ".feed_forward_length", .uint32(UInt32(c.intermediateSize))),
      (name + ".attention.head_count", .uint32(UInt32(c.headCount))),
      (name + ".attention.head_count_kv", .uint32(UInt32(c.resolvedKeyValueHeadCount))),
      (name + ".attention.key_length", .uint32(UInt32(c.headSize))),
      (name + ".attention.layer_norm_rms_epsilon", .float(Float(c.normEpsilon))),
      (name + ".rope.freq_base", .float(Float(c.rotaryTheta))),
      ("tokenizer.huggingface.json", .text(String(decoding: tokenizer.encoded(), as: UTF8.self))),
    ]
    if let end = tokenizer.endToken {
      file.set("tokenizer.ggml.eos_token_id", .uint32(UInt32(end)))
    }
    if let pad = tokenizer.padToken {
      file.set("tokenizer.ggml.padding_token_id", .uint32(UInt32(pad)))
    }
    for tensor in model.namedTensors.tensors {
      var values = tensor.values
      if name == "llama", let heads = heads(of: tensor.name, in: c) {
        values = interleaved(values, heads: heads, headSize: c.headSize)
      }
      file.add(GGUFWriter.name(of: tensor.name), shape: tensor.shape, values: values)
    }
    return file
  }

  private static func heads(of name: String, in c: ModelConfiguration) -> Int? {
    if name.hasSuffix("q_proj.weight") { return c.headCount }
    return name.hasSuffix("k_proj.weight") ? c.resolvedKeyValueHeadCount : nil
  }

  /// Reorders rows as llama.cpp's `permute`: [heads, 2, half] becomes [heads, half, 2].
  private static func interleaved(_ values: [Float], heads: Int, headSize: Int) -> [Float] {
    let columns = values.count / (heads * headSize)
    var result: [Float] = []
    for head in 0..<heads {
      for pair in 0..<headSize / 2 {
        for half in 0..<2 {
          let row = head * headSize + half * (headSize / 2) + pair
          result += values[(row * columns)..<((row + 1) * columns)]
        }
      }
    }
    return result
  }
}
