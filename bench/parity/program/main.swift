import Foundation
import ModelCore
import TensorCore

// Computes what bench/parity/parity.py compares with transformers:
//
//     parity MODEL REQUEST.json FOLDER [exact|blas|bf16] [THREADS]
//
// MODEL is a Hugging Face folder; its tokenizer is not read. The request names token ids:
// {"texts": [[…], …], "prompts": [[…], …], "new_tokens": 64}. FOLDER receives the logits of text
// number n in `n.f32`, [tokens, vocabulary] in the machine's byte order. Standard output is one
// JSON object: the greedy continuation of every prompt, and times.

struct Request: Decodable {
  let texts: [[Int32]]
  let prompts: [[Int32]]
  let newTokens: Int
}

struct Reply: Encodable {
  var vocabulary = 0
  var continuations: [[Int32]] = []
  var loadSeconds = 0.0
  /// The seconds of the second run over the longest text, as the first one also packs the weights.
  var forwardSeconds = 0.0
  var forwardTokens = 0
  /// The seconds of one sequence of `newTokens`, prompt included.
  var singleSeconds = 0.0
  var batchSeconds = 0.0
  var peakAfterLoadKilobytes = 0
  var peakKilobytes = 0
}

/// The largest resident set of this process so far; 0 where the system does not tell it.
func peakKilobytes() -> Int {
  let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  let time = try clock.measure(body)
  return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
}

func logits(_ model: Transformer, _ tokens: [Int32], _ backend: any Backend) throws -> [Float] {
  let tape = Tape(backend: backend, recording: false)
  let hidden = try model.forward(
    tape, tokens: tokens, layout: SequenceLayout(lengths: [tokens.count]))
  let logits = backend.makeStorage(count: tokens.count * model.vocabularySize, zeroed: false)
  backend.logits(MatrixView(hidden), table: model.lmHead, into: logits)
  return logits.values
}

func run(_ arguments: [String]) throws {
  let folder = URL(filePath: arguments[1])
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  let request = try decoder.decode(
    Request.self, from: Data(contentsOf: URL(filePath: arguments[2])))
  let output = URL(filePath: arguments[3])
  let backend = CPUBackend(
    numerics: arguments.count > 4 ? MatrixNumerics(rawValue: arguments[4]) ?? .exact : .exact,
    threads: arguments.count > 5 ? Int(arguments[5]) ?? 1 : 1)

  var reply = Reply()
  var opened: Transformer?
  reply.loadSeconds = try seconds {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    opened = try Transformer(files: files) { path in
      try Data(contentsOf: folder.appending(path: path), options: .alwaysMapped)
    }
  }
  guard let model = opened else { return }
  model.requiresGradient = false
  reply.vocabulary = model.vocabularySize
  reply.peakAfterLoadKilobytes = peakKilobytes()

  for (index, text) in request.texts.enumerated() {
    let values = try logits(model, text, backend)
    let bytes = unsafe values.withUnsafeBytes { unsafe Data($0) }
    try bytes.write(to: output.appending(path: "\(index).f32"))
  }
  if let longest = request.texts.max(by: { $0.count < $1.count }) {
    reply.forwardTokens = longest.count
    reply.forwardSeconds = try seconds { _ = try logits(model, longest, backend) }
  }

  var settings = SamplingSettings()
  settings.temperature = 0
  settings.maxNewTokens = request.newTokens
  func generate(_ prompts: [[Int32]]) throws -> [[Int32]] {
    let decoder = Decoder(model: model, backend: backend, maxRows: 32)
    let requests = prompts.map {
      SampleRequest(prompt: $0, stream: RandomStream(seed: 0, purpose: "parity"))
    }
    return try decoder.generate(requests, settings: settings).map(\.tokens)
  }
  if let first = request.prompts.first {
    reply.singleSeconds = try seconds { _ = try generate([first]) }
  }
  reply.batchSeconds = try seconds { reply.continuations = try generate(request.prompts) }
  reply.peakKilobytes = peakKilobytes()
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = .sortedKeys
  print(String(decoding: try encoder.encode(reply), as: UTF8.self))
}

guard CommandLine.arguments.count > 3 else {
  FileHandle.standardError.write(
    Data("usage: parity MODEL REQUEST.json FOLDER [exact|blas|bf16] [THREADS]\n".utf8))
  exit(64)
}
do {
  try run(CommandLine.arguments)
} catch {
  FileHandle.standardError.write(Data("parity: \(error)\n".utf8))
  exit(1)
}
