import Foundation
import ModelCore
import Synchronization
import TensorCore
import TestSupport
import Testing

/// Models whose weights are only read give the results of those in 32 bits, bit for bit.
@Suite struct `Weights that are only read` {
  /// A format of GGUF files: its code, its blocks, and where these have half-precision numbers.
  struct Blocks: CustomStringConvertible {
    let description: String
    let code: UInt32
    let values: Int
    let bytes: Int
    let halves: [Int]

    static let all = [
      Blocks(description: "F16", code: 1, values: 1, bytes: 2, halves: [0]),
      Blocks(description: "Q4_0", code: 2, values: 32, bytes: 18, halves: [0]),
      Blocks(description: "Q4_1", code: 3, values: 32, bytes: 20, halves: [0, 2]),
      Blocks(description: "Q5_0", code: 6, values: 32, bytes: 22, halves: [0]),
      Blocks(description: "Q5_1", code: 7, values: 32, bytes: 24, halves: [0, 2]),
      Blocks(description: "Q8_0", code: 8, values: 32, bytes: 34, halves: [0]),
      Blocks(description: "Q4_K", code: 12, values: 256, bytes: 144, halves: [0, 2]),
      Blocks(description: "Q5_K", code: 13, values: 256, bytes: 176, halves: [0, 2]),
      Blocks(description: "Q6_K", code: 14, values: 256, bytes: 210, halves: [208]),
    ]

    /// Random blocks of small numbers.
    func random(_ count: Int, _ stream: inout RandomStream) -> [UInt8] {
      var result: [UInt8] = []
      for _ in 0..<count / values {
        var block = (0..<bytes).map { _ in UInt8(stream.int(in: 0...255)) }
        // From 2⁻¹¹ to 2⁻⁹, with a sign.
        for place in halves { block[place + 1] = block[place + 1] & 0x87 | 0x10 }
        result += block
      }
      return result
    }
  }

  /// A small model in a GGUF file with matrices of random blocks.
  private static func file(_ blocks: Blocks) throws -> GGUFWriter {
    var configuration = smallConfiguration(convolution: false, tied: true)
    configuration.layerCount = 1
    // Rows are whole blocks.
    configuration.hiddenSize = max(32, blocks.values)
    configuration.intermediateSize = max(64, blocks.values)
    var file = GGUFModels.writer(
      try smallModel(configuration), tokenizer: try ModelFolderTests.tokenizer())
    var stream = RandomStream(seed: 9, purpose: blocks.description)
    for index in file.tensors.indices where file.tensors[index].shape.count == 2 {
      let count = file.tensors[index].shape.reduce(1) { $0 * Int($1) }
      file.tensors[index].code = blocks.code
      file.tensors[index].bytes = blocks.random(count, &stream)
    }
    return file
  }

  private static func read(_ file: Data, for use: WeightUse) throws -> Transformer {
    try ModelFolder(files: ["m.gguf"], for: use) { _ in file }.model
  }

  private func expectSame(_ kept: Transformer, _ wide: Transformer) throws {
    #expect(!kept.requiresGradient)
    for (parameter, expected) in zip(kept.parameters, wide.parameters) {
      #expect(parameter.tensor.isKept == (expected.tensor.shape.count == 2), "\(parameter.name)")
      #expect(parameter.tensor.shape == expected.tensor.shape)
      #expect(bits(parameter.tensor.values) == bits(expected.tensor.values), "\(parameter.name)")
    }
    let prompts = samplePrompts(5)
    let layout = SequenceLayout(lengths: prompts.map(\.count))
    func logProbabilities(_ model: Transformer) throws -> [UInt32] {
      let backend = CPUBackend(threads: 2)
      let hidden = try model.forward(
        Tape(backend: backend, recording: false), tokens: prompts.flatMap { $0 }, layout: layout)
      return bits(
        backend.logProbabilities(hidden, table: model.lmHead, settings: LogitSettings()).values)
    }
    #expect(try logProbabilities(kept) == logProbabilities(wide))
    func sampled(_ model: Transformer) throws -> [SampledResponse] {
      var settings = SamplingSettings()
      settings.maxNewTokens = 12
      let requests = prompts.enumerated().map { index, prompt in
        SampleRequest(
          prompt: prompt, stream: RandomStream(seed: 1, purpose: "kept", UInt64(index)))
      }
      return try Decoder(model: model, backend: CPUBackend(threads: 2), maxRows: 3)
        .generate(requests, settings: settings)
    }
    #expect(try sampled(kept) == sampled(wide))
  }

  @Test(arguments: Blocks.all)
  func `give the results of 32 bits, in every format of GGUF files`(blocks: Blocks) throws {
    let file = try Self.file(blocks).data
    try expectSame(
      try Self.read(file, for: .onlyRead), try Self.read(file, for: .trained))
  }

  @Test(arguments: ["F32", "BF16", "F16"], [false, true])
  func `give the results of 32 bits, in every format of safetensors`(
    format: String, tied: Bool
  ) throws {
    let model = try smallModel(convolution: false, tied: tied)
    var files = Dictionary(
      uniqueKeysWithValues: ModelFolder.files(
        of: model, tokenizer: try ModelFolderTests.tokenizer()
      ).map { ($0.path, $0.data) })
    files["model.safetensors"] = Self.safetensors(model.namedTensors, format)
    func read(_ use: WeightUse) throws -> Transformer {
      try ModelFolder(for: use) { try #require(files[$0]) }.model
    }
    try expectSame(try read(.onlyRead), try read(.trained))
  }

  /// The tensors in another format, truncated.
  private static func safetensors(_ tensors: NamedTensors, _ format: String) -> Data {
    var members: [String] = []
    var values: [UInt8] = []
    for tensor in tensors.tensors {
      let start = values.count
      for value in tensor.values {
        switch format {
        case "BF16": values += GGUFWriter.bytes(UInt16(value.bitPattern >> 16))
        case "F16":
          // Values of these models are between 2⁻¹⁴ and 2¹⁵, or become zero.
          let bits = value.bitPattern
          let exponent = Int(bits >> 23 & 0xff) - 112
          let sign = UInt16(bits >> 16 & 0x8000)
          values += GGUFWriter.bytes(
            exponent <= 0 ? sign : sign | UInt16(exponent) << 10 | UInt16(bits >> 13 & 0x3ff))
        default: values += GGUFWriter.bytes(value.bitPattern)
        }
      }
      members.append(
        #""\#(tensor.name)":{"dtype":"\#(format)","shape":\#(tensor.shape),"#
          + #""data_offsets":[\#(start),\#(values.count)]}"#)
    }
    let header = Data("{\(members.joined(separator: ","))}".utf8)
    return Data(GGUFWriter.bytes(UInt64(header.count))) + header + Data(values)
  }

  @Test func `become a model that can be trained, and the same files`() throws {
    let file = try Self.file(Blocks.all[5]).data
    let kept = try Self.read(file, for: .onlyRead)
    let wide = try Self.read(file, for: .trained)
    let copy = kept.copy()
    #expect(copy.requiresGradient)
    #expect(copy.parameters.allSatisfy { !$0.tensor.isKept })
    let tokenizer = try ModelFolderTests.tokenizer()
    for model in [kept, copy] {
      for (found, expected) in zip(
        ModelFolder.files(of: model, tokenizer: tokenizer),
        ModelFolder.files(of: wide, tokenizer: tokenizer))
      {
        #expect(found.data == expected.data, "\(found.path)")
      }
    }
  }

  @Test(arguments: Blocks.all)
  func `take the memory that their description says`(blocks: Blocks) throws {
    let file = try Self.file(blocks).data
    let model = try Self.read(file, for: .onlyRead)
    let bytes = model.parameters.reduce(0) { sum, parameter in
      if case .kept(let matrix, _) = parameter.tensor.content { return sum + matrix.byteCount }
      return sum + 4 * parameter.tensor.count
    }
    let description = try ModelDescription(try GGUFModel(decoding: file, file: "m.gguf"))
    #expect(description.keptByteCount == bytes)
    #expect(description.byteCount(for: .trained) == 4 * model.parameterCount)
    func complaint(_ memory: Int, _ use: WeightUse) -> String {
      do {
        _ = try ModelFolder(files: ["m.gguf"], memory: UInt64(memory), for: use) { _ in file }
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(complaint(bytes, .onlyRead) == "")
    #expect(complaint(bytes - 1, .onlyRead).contains("in the precision of the file"))
    #expect(complaint(4 * model.parameterCount, .trained) == "")
    #expect(complaint(4 * model.parameterCount - 1, .trained).contains("in 32 bits"))
  }

  @Test func `are refused for what they are refused for in 32 bits`() throws {
    for blocks in Blocks.all where blocks.values <= 32 {
      let file = try Self.file(blocks)
      let (bytes, header) = ([UInt8](file.data), file.header.count)
      var stream = RandomStream(seed: 4, purpose: blocks.description)
      var refused = 0
      for _ in 0..<40 {
        var changed = bytes
        for _ in 0..<stream.int(in: 1...3) {
          changed[stream.int(in: header - 600...bytes.count - 1)] = UInt8(stream.int(in: 0...255))
        }
        if stream.int(in: 0...9) == 0 { changed.removeLast(stream.int(in: 1...bytes.count)) }
        func outcome(_ use: WeightUse) -> String {
          do {
            let model = try Self.read(Data(changed), for: use)
            return "\(bits(model.parameters.flatMap(\.tensor.values)).hashValue)"
          } catch {
            #expect(error is ModelFileError)
            return "\(error)"
          }
        }
        let expected = outcome(.trained)
        #expect(outcome(.onlyRead) == expected)
        if expected.contains("m.gguf") { refused += 1 }
      }
      #expect(refused > 0, "\(blocks)")
    }
  }

  @Test(arguments: Blocks.all)
  func `are finite in every format`(blocks: Blocks) throws {
    let file = try Self.file(blocks)
    for place in blocks.halves {
      for half: [UInt8] in [[0, 0x7c], [0, 0xfc], [1, 0x7e]] {
        var changed = file
        // The last block of the last matrix.
        let index = try #require(changed.tensors.lastIndex { $0.shape.count == 2 })
        let count = changed.tensors[index].bytes.count
        let start = count - blocks.bytes + place
        changed.tensors[index].bytes.replaceSubrange(start..<start + 2, with: half)
        for use in [WeightUse.onlyRead, .trained] {
          let error = #expect(throws: ModelFileError.self) {
            try Self.read(changed.data, for: use)
          }
          #expect(try "\(#require(error))".hasSuffix("holds values that are not finite"))
        }
      }
    }
  }

  @Test func `can be read and used by two threads`() throws {
    let file = try Self.file(Blocks.all[5]).data
    let expected = try Self.read(file, for: .onlyRead)
    let found = Mutex<[Transformer]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      guard let model = try? Self.read(file, for: .onlyRead) else { return }
      found.withLock { $0.append(model) }
    }
    let models = found.withLock { $0 }
    #expect(models.count == 2)
    for model in models { try expectSame(model, try Self.read(file, for: .trained)) }
    // Another thread's products share the weight's memory.
    let outcomes = Mutex<[[UInt32]]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      let backend = CPUBackend()
      let rows = backend.embedding(expected.lmHead, [1, 2, 3])
      let y = backend.logProbabilities(rows, table: expected.lmHead, settings: LogitSettings())
      outcomes.withLock { $0.append(bits(y.values)) }
    }
    let both = outcomes.withLock { $0 }
    #expect(both.count == 2 && both[0] == both[1])
  }
}
