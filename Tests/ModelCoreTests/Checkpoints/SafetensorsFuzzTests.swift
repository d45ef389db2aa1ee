import Foundation
import ModelCore
import Testing

/// For any bytes, the reader returns tensors that fit them or throws an error; it never traps and
/// never reads past their end. It tests twenty thousand inputs, or ten million with
/// LACONIC_TORTURE=1.
@Suite struct SafetensorsFuzzTests {
  private static let isTorture = ProcessInfo.processInfo.environment["LACONIC_TORTURE"] == "1"
  private static let rounds = isTorture ? 10_000_000 : 20_000

  /// LACONIC_SEED=N repeats a run; failures are printed with their seed.
  private static let seed =
    ProcessInfo.processInfo.environment["LACONIC_SEED"].flatMap { UInt64($0) } ?? 20_251_122

  @Test func `no bytes trap the reader`() {
    var random = Xorshift(state: Self.seed | 1)
    let corpus = Self.corpus
    var accepted = 0
    for round in 0..<Self.rounds {
      let bytes = Self.mutated(corpus, &random)
      guard let read = try? NamedTensors(decoding: bytes, file: "f") else { continue }
      accepted += 1
      guard read.tensors.allSatisfy({ $0.shape.reduce(1, *) == $0.values.count }),
        let again = try? NamedTensors(decoding: read.encoded(), file: "f"),
        again.encoded() == read.encoded()
      else {
        Issue.record("seed \(Self.seed), round \(round): \([UInt8](bytes))")
        return
      }
    }
    // Both outcomes occur.
    #expect(accepted > Self.rounds / 100)
    #expect(accepted < Self.rounds * 9 / 10)
  }

  @Test func `no bytes trap the reader of a model folder`() throws {
    var random = Xorshift(state: Self.seed | 1)
    let names = ModelFolder.paths
    let files = Dictionary(
      uniqueKeysWithValues: ModelFolder.files(
        of: try smallModel(), tokenizer: try ModelFolderTests.tokenizer()
      ).map { ($0.path, $0.data) })
    var refused = 0
    let rounds = Self.rounds / 100
    for _ in 0..<rounds {
      var changed = files
      let name = names[random.below(names.count)]
      var bytes = [UInt8](files[name] ?? Data())
      // Of the weights only the header is worth changing, because any bytes are valid values.
      let end = name == "model.safetensors" ? min(bytes.count, 2000) : bytes.count
      for _ in 0...random.below(3) { Self.mutate(&bytes, upTo: end, &random) }
      changed[name] = Data(bytes)
      struct NoFile: Error {}
      do {
        _ = try ModelFolder { path in
          guard let file = changed[path] else { throw NoFile() }
          return file
        }
      } catch {
        refused += 1
      }
    }
    #expect(refused > rounds / 10)
  }

  // MARK: - Inputs

  private static var corpus: [[UInt8]] {
    let several = NamedTensors([
      NamedTensor(name: "a.weight", shape: [2, 3], values: [1, -2, 0.5, .infinity, .nan, -0.0]),
      NamedTensor(name: "ä", shape: [], values: [3]),
      NamedTensor(name: "", shape: [0, 7], values: []),
    ])
    let headers = [
      #"{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#,
      #"{"b":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]},"__metadata__":{"k":"v"}}"#,
      #"{"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"#
        + #""x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#,
    ]
    return [[UInt8](several.encoded()), [UInt8](several.encoded(metadata: ["format": "pt"]))]
      + headers.map { header in
        let length = UInt64(header.utf8.count).littleEndian
        return withUnsafeBytes(of: length, Array.init) + header.utf8
          + [UInt8](repeating: 0x3c, count: header.contains("[4,8]") ? 8 : 4)
      }
  }

  private static func mutated(_ corpus: [[UInt8]], _ random: inout Xorshift) -> Data {
    var bytes = corpus[random.below(corpus.count)]
    for _ in 0...random.below(4) { mutate(&bytes, upTo: bytes.count, &random) }
    if random.below(8) == 0 {
      // The beginning of one input and the end of another.
      let other = corpus[random.below(corpus.count)]
      bytes =
        Array(bytes.prefix(random.below(bytes.count + 1)))
        + other.suffix(random.below(other.count + 1))
    }
    if random.below(2) == 0, bytes.count > 8 {
      // The stated length is corrected, so that the reader continues past it.
      let text = bytes.firstIndex(of: UInt8(ascii: "{")) ?? 8
      let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? text
      let length = UInt64(max(0, end + 1 - min(text, 8))).littleEndian
      bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: length, Array.init))
    }
    return Data(bytes)
  }

  private static let numbers = [
    "0", "-1", "1", "4", "8", "2147483648", "4611686018427387904", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1.5", "1e3", "1e999",
  ].map { Array($0.utf8) }

  private static func mutate(_ bytes: inout [UInt8], upTo end: Int, _ random: inout Xorshift) {
    guard !bytes.isEmpty, end > 0 else { return bytes.append(UInt8(random.below(256))) }
    let place = random.below(min(end, bytes.count))
    switch random.below(8) {
    case 0: bytes[place] = UInt8(random.below(256))
    case 1: bytes[place] ^= 1 << UInt8(random.below(8))
    case 2: bytes.remove(at: place)
    case 3: bytes.insert(UInt8(random.below(256)), at: place)
    case 4: bytes.removeLast(random.below(bytes.count))
    case 5:
      let chunk = Array(bytes[place..<min(bytes.count, place + 1 + random.below(40))])
      bytes.insert(contentsOf: chunk, at: random.below(bytes.count))
    default:
      // Replaces a number by one at the limit of what fits.
      guard let start = bytes[place...].firstIndex(where: { (48...57).contains($0) }) else {
        return
      }
      let stop = bytes[start...].firstIndex { !(48...57).contains($0) } ?? bytes.endIndex
      bytes.replaceSubrange(start..<stop, with: numbers[random.below(numbers.count)])
    }
  }

  private struct Xorshift {
    var state: UInt64

    /// Marsaglia's xorshift64.
    mutating func below(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
  }
}
