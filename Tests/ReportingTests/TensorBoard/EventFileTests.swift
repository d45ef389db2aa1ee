import Foundation
import Reporting
import Testing

/// Compares with TensorBoard's own writer, frozen by `Reference/freeze_events.py`.
struct EventFileTests {
  @Test func `numbers and texts are the bytes that TensorBoard writes`() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "events", withExtension: "tfevents", subdirectory: "Reference"))
    let begin = 1_763_790_852.25
    var file = EventFile(time: begin)
    file.add(
      "config", text: "| field | value |\n| :--- | :--- |\n| alpha | 0.1 |\n", step: 0, time: begin)
    file.add("loss", 2.7632960171022463, step: 1, time: begin + 0.5)
    file.add("completions/mean_length", -31.5, step: 300, time: begin + 1)
    file.add("größe", 0, step: 1 << 40, time: begin + 2)
    #expect(file.data == (try Data(contentsOf: url)))
  }

  @Test(arguments: [
    (1_763_790_852.9, "events.out.tfevents.1763790852.laconic"),
    (7, "events.out.tfevents.0000000007.laconic"), (-1, "events.out.tfevents.0000000000.laconic"),
    (1e300, "events.out.tfevents.9999999999.laconic"),
  ])
  func `a file's name sorts by its time`(_ time: Double, _ name: String) {
    #expect(EventFile.name(time: time) == name)
    #expect(EventFile.isName(name))
  }

  @Test(arguments: [
    "", "events.out.tfevents.", "events.out.tfevents.1763790852.ada.17.0",
    "events.out.tfevents.176379085x.laconic", "events.out.tfevents.laconic", "notes.txt",
  ])
  func `other writers' names are not ours`(_ name: String) {
    #expect(!EventFile.isName(name))
  }
}

struct CRC32CTests {
  /// RFC 3720, appendix B.4; the first is the check value of the catalogue of CRCs.
  @Test(
    arguments: [
      (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
      (Array((0..<32).reversed()), 0x113F_DB5C), ([], 0),
    ] as [([UInt8], UInt32)])
  func `the checksums are those of the standard`(_ bytes: [UInt8], _ checksum: UInt32) {
    #expect(CRC32C.checksum(of: bytes) == checksum)
  }
}
