import Foundation
import ModelCore
import TestSupport
import Testing

/// For any bytes, the reader returns tensors that fit them or throws an error of one line; it never
/// traps and never reads past their end. It tests twenty thousand inputs, or two million with
/// LACONIC_TORTURE=1.
@Suite struct GGUFFuzzTests {
  private static let isTorture = ProcessInfo.processInfo.environment["LACONIC_TORTURE"] == "1"
  private static let rounds = isTorture ? 2_000_000 : 20_000

  /// LACONIC_SEED=N repeats a run; failures are printed with their seed.
  private static let seed =
    ProcessInfo.processInfo.environment["LACONIC_SEED"].flatMap { UInt64($0) } ?? 20_261_130

  @Test func `no bytes trap the reader`() {
    var random = Xorshift(state: Self.seed | 1)
    let corpus = Self.corpus
    var accepted = 0
    for round in 0..<Self.rounds {
      var bytes = corpus[random.below(corpus.count)]
      for _ in 0...random.below(4) { Self.mutate(&bytes, upTo: bytes.count, &random) }
      do {
        let read = try NamedTensors(decodingGGUF: Data(bytes), file: "f")
        accepted += 1
        guard read.tensors.allSatisfy({ $0.shape.reduce(1, *) == $0.values.count }) else {
          Issue.record("seed \(Self.seed), round \(round): \(bytes)")
          return
        }
      } catch {
        guard !"\(error)".contains(where: \.isNewline), "\(error)".utf8.count < 600 else {
          Issue.record("seed \(Self.seed), round \(round): \(error)")
          return
        }
      }
    }
    // Both outcomes occur.
    #expect(accepted > Self.rounds / 100)
    #expect(accepted < Self.rounds * 9 / 10)
  }

  @Test func `no bytes trap the reader of a model`() throws {
    var random = Xorshift(state: Self.seed | 1)
    let tokenizer = try ModelFolderTests.tokenizer()
    let corpus = try [SmallPlan.plain, .biased, .normalizing].map { plan in
      let file = GGUFModels.writer(try plan.model(), tokenizer: tokenizer)
      return (bytes: [UInt8](file.data), header: file.header.count)
    }
    var refused = 0
    let rounds = Self.rounds / 40
    for _ in 0..<rounds {
      var (bytes, header) = corpus[random.below(corpus.count)]
      // Of the values of tensors nothing is worth changing.
      for _ in 0...random.below(3) { Self.mutate(&bytes, upTo: header, &random) }
      do {
        _ = try ModelFolder(files: ["m.gguf"]) { _ in Data(bytes) }
      } catch {
        refused += 1
        #expect(error is ModelFileError)
      }
    }
    #expect(refused > rounds / 10)
  }

  private static var corpus: [[UInt8]] {
    var plain = GGUFWriter()
    plain.set("general.architecture", .text("llama"))
    plain.set("tokens", .texts(["a", "bc", ""]))
    plain.set("types", .integers([1, 2, 3]))
    plain.set("scores", .floats([1, .nan]))
    plain.add("a.weight", shape: [2, 3], values: [1, -2, 0.5, .infinity, .nan, -0.0])
    plain.add("ä", shape: [1], values: [3])
    var blocks = GGUFWriter()
    blocks.set("general.alignment", .uint32(32))
    blocks.set("nested", .raw(type: 9, [9, 0, 0, 0] + [1] + [UInt8](repeating: 0, count: 19)))
    for (code, size, count) in [(2, 18, 32), (8, 34, 32), (12, 144, 256), (14, 210, 256)] {
      blocks.tensors.append(
        GGUFWriter.Tensor(
          name: "q\(code)", shape: [2, UInt64(count)], code: UInt32(code),
          bytes: [UInt8](repeating: 0x3c, count: 2 * size)))
    }
    return [[UInt8](plain.data), [UInt8](blocks.data)]
  }

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
      // Overwrites eight bytes by a number at the limit of what fits.
      let numbers: [UInt64] = [
        0, 1, 31, 32, 33, 255, 1 << 20, 1 << 31, 1 << 32, 1 << 62, 1 << 63, .max, .max - 31,
      ]
      let number = GGUFWriter.bytes(numbers[random.below(numbers.count)])
      let stop = min(bytes.count, place + number.count)
      bytes.replaceSubrange(place..<stop, with: number.prefix(stop - place))
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
