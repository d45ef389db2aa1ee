package import Foundation

/// Writes small GGUF files, right or wrong.
package struct GGUFWriter {
  package enum Value {
    case uint32(UInt32)
    case uint64(UInt64)
    case float(Float)
    case flag(Bool)
    case text(String)
    case texts([String])
    case integers([Int32])
    case floats([Float])
    /// A value of this type with these bytes.
    case raw(type: UInt32, [UInt8])
  }

  package struct Tensor {
    package var name: String
    /// In Hugging Face's order; the file has the reverse.
    package var shape: [UInt64]
    /// F32 by default.
    package var code: UInt32 = 0
    package var bytes: [UInt8]
    /// The place of the values; nil for after those of the tensor before.
    package var offset: UInt64?

    package init(name: String, shape: [UInt64], code: UInt32 = 0, bytes: [UInt8]) {
      self.name = name
      self.shape = shape
      self.code = code
      self.bytes = bytes
    }
  }

  package init() {}

  package var magic = "GGUF"
  package var version: UInt32 = 3
  package var keys: [(name: String, value: Value)] = []
  package var tensors: [Tensor] = []
  /// The stated numbers; nil for the true ones.
  package var tensorCount: UInt64?
  package var keyCount: UInt64?
  package var alignment = 32

  package mutating func set(_ key: String, _ value: Value?) {
    keys.removeAll { $0.name == key }
    if let value { keys.append((key, value)) }
  }

  package mutating func add(_ name: String, shape: [Int], values: [Float]) {
    tensors.append(
      Tensor(
        name: name, shape: shape.map { UInt64($0) },
        bytes: values.flatMap { Self.bytes($0.bitPattern) }))
  }

  package static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }

  package static func bytes(_ text: String) -> [UInt8] {
    bytes(UInt64(text.utf8.count)) + Array(text.utf8)
  }

  private static func array(_ type: UInt32, _ elements: [[UInt8]]) -> [UInt8] {
    bytes(UInt32(9)) + bytes(type) + bytes(UInt64(elements.count)) + elements.flatMap { $0 }
  }

  private static func bytes(_ value: Value) -> [UInt8] {
    switch value {
    case .uint32(let value): bytes(UInt32(4)) + bytes(value)
    case .uint64(let value): bytes(UInt32(10)) + bytes(value)
    case .float(let value): bytes(UInt32(6)) + bytes(value.bitPattern)
    case .flag(let value): bytes(UInt32(7)) + [value ? 1 : 0]
    case .text(let value): bytes(UInt32(8)) + bytes(value)
    case .texts(let values): array(8, values.map(bytes))
    case .integers(let values): array(5, values.map { bytes($0) })
    case .floats(let values): array(6, values.map { bytes($0.bitPattern) })
    case .raw(let type, let content): bytes(type) + content
    }
  }

  private func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
  }

  /// The bytes of the header, and where the values of tensors begin after them.
  package var header: [UInt8] {
    var header = Array(magic.utf8) + Self.bytes(version)
    header += Self.bytes(tensorCount ?? UInt64(tensors.count))
    header += Self.bytes(keyCount ?? UInt64(keys.count))
    for (name, value) in keys { header += Self.bytes(name) + Self.bytes(value) }
    var place = 0
    for tensor in tensors {
      header += Self.bytes(tensor.name) + Self.bytes(UInt32(tensor.shape.count))
      for size in tensor.shape.reversed() { header += Self.bytes(size) }
      header += Self.bytes(tensor.code) + Self.bytes(tensor.offset ?? UInt64(place))
      place += padded(tensor.bytes).count
    }
    return padded(header)
  }

  package var data: Data { Data(header + tensors.flatMap { padded($0.bytes) }) }

  private static let names = [
    ("model.layers", "blk"), ("input_layernorm", "attn_norm"), ("self_attn.q_proj", "attn_q"),
    ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"),
    ("self_attn.o_proj", "attn_output"), ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"), ("post_attention_layernorm", "ffn_norm"),
    ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
    ("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"),
  ]

  /// The name in files of a tensor with one of Hugging Face's names.
  package static func name(of name: String) -> String {
    names.reduce(name) { $0.replacing($1.0, with: $1.1) }
  }
}
