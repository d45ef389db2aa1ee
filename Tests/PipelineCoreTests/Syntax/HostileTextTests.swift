import Foundation
import PipelineCore
import TestSupport
import Testing

/// A text made to harm its reader.
struct HostileText: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]

  init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }
  init(_ name: String, _ bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

  var testDescription: String { name }

  private static let head = "version: 1\nname: demo\nstages:\n"

  /// A text of exactly the largest allowed size.
  private static func full(
    _ head: String = "", _ tail: String = "", _ part: (Int) -> String
  ) -> String {
    var text = head
    var number = 0
    while true {
      let next = part(number)
      guard text.utf8.count + next.utf8.count + tail.utf8.count <= SourceFile.sizeLimit else {
        return text + tail
      }
      text += next
      number += 1
    }
  }

  private static func lines(_ count: Int, _ line: (Int) -> String) -> String {
    (0..<count).map(line).joined()
  }

  private static func nine(_ text: String) -> String {
    Array(repeating: text, count: 9).joined(separator: ", ")
  }

  /// Where size is what harms, a text is nearly as large as is allowed.
  static let all: [HostileText] = structure + scalars + characters + pipelines

  private static let structure: [HostileText] = [
    HostileText(
      "a billion laughs",
      "a0: &a0 [lol]\n" + lines(9) { "a\($0 + 1): &a\($0 + 1) [\(nine("*a\($0)"))]\n" }),
    HostileText(
      "a billion variables",
      "vars:\n  a0: lol\n"
        + lines(9) { "  a\($0 + 1): [\(nine("'${vars.a\($0)}'"))]\n" } + head
        + "  a: '${vars.a9}'"),
    HostileText(
      "a billion letters",
      "vars:\n  a0: lol\n"
        + lines(30) { "  a\($0 + 1): '${vars.a\($0)}${vars.a\($0)}'\n" } + head
        + "  a: '${vars.a30}'"),
    HostileText("variables in a circle", full("vars:\n") { "  a\($0): '${vars.a\($0 / 2)}'\n" }),
    HostileText("anchors to the brim", full { "k\($0): &a\($0) [*a\($0 / 2), *a\($0 / 3)]\n" }),
    HostileText("deep lists", full { _ in "[" }),
    HostileText("deep maps", full { _ in "{a: " }),
    HostileText("deep block maps", full { String(repeating: " ", count: $0) + "a:\n" }),
    HostileText("deep block lists", full { _ in "- " }),
    HostileText("deep keys", full { _ in "? " }),
    HostileText("many anchors", full { "k\($0): &x 1\n" }),
    HostileText("many keys", full { "k\($0): \n" }),
    HostileText("many keys of a flow map", full("{", "}") { "k\($0): ," }),
    HostileText(
      "as many keys as there may be", lines(YAMLComposer.nodeLimit / 2 - 1) { "k\($0):\n" }),
    HostileText(
      "as many keys of a flow map",
      "{" + lines(YAMLComposer.nodeLimit / 2 - 1) { "k\($0):," } + "}"),
    HostileText("one key many times", full { _ in "same: \n" }),
    HostileText("many list elements", full("seeds: [", "]") { "\($0)," }),
    HostileText("one seed many times", full("seeds: [", "]") { _ in "1," }),
    HostileText("many documents", full { _ in "---\n" }),
    HostileText("many directives", full { "%TAG !e\($0)! t\n" }),
    HostileText("many comments", full { _ in "#\n" }),
  ]

  private static let scalars: [HostileText] = [
    HostileText("a plain scalar", full(head + "  a: ") { _ in "x" }),
    HostileText("a quoted scalar", full(head + "  a: \"", "\"") { _ in "x" }),
    HostileText("a scalar of escapes", full(head + "  a: \"", "\"") { _ in "\\x41" }),
    HostileText("a block scalar", full(head + "  a: |\n") { _ in "    text\n" }),
    HostileText("a scalar never closed", full(head + "  a: 'x") { _ in "\n y" }),
    HostileText("a scalar with many variables", full("name: '", "'") { _ in "${vars.a}" }),
    HostileText("a number", full("version: ") { _ in "9" }),
    HostileText("a number with a fraction", full("version: 0.") { _ in "9" }),
    HostileText("a hexadecimal number", full("version: 0x") { _ in "f" }),
    HostileText("a long key", full("", ": 1") { _ in "k" }),
    HostileText("a long quoted key", full("\"", "\": 1") { _ in "k" }),
    HostileText("a long anchor", full("a: &", " 1") { _ in "x" }),
    HostileText("a long tag", full("a: !", " 1") { _ in "x" }),
  ]

  private static let characters: [HostileText] = [
    HostileText("nothing", ""),
    HostileText("too much", [UInt8](repeating: 97, count: 3 << 20)),
    HostileText("empty lines", full { _ in "\n" }),
    HostileText("spaces", full { _ in " " }),
    HostileText("tabs", full("a:\n") { _ in "\t" }),
    HostileText(
      "carriage returns alone", head.replacing("\n", with: "\r") + "  a: {kin: sft}\r"),
    HostileText("many carriage returns", full { _ in "\r" }),
    HostileText("odd line breaks", full { _ in "a\u{2028}\u{85}" }),
    HostileText("nulls", [UInt8](repeating: 0, count: SourceFile.sizeLimit)),
    HostileText("a null in a name", "version: 1\nname: a\u{0}b\nstages: {}\n"),
    HostileText("bad bytes", [UInt8](repeating: 0xFF, count: SourceFile.sizeLimit)),
    HostileText(
      "a bad byte at the end", Array(full("", "a") { _ in "a\n" }.utf8.dropLast()) + [0xC3]),
    HostileText("half a surrogate", Array("name: ".utf8) + [0xED, 0xA0, 0x80]),
    HostileText("an overlong slash", Array("name: ".utf8) + [0xC0, 0xAF]),
    HostileText(
      "UTF-16", [0xFF, 0xFE] + "name: demo\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
    HostileText("a byte order mark and nothing", [0xEF, 0xBB, 0xBF]),
    HostileText("joined characters", full("name: e") { _ in "\u{301}" }),
    HostileText("text that changes direction", full("name: ") { _ in "\u{202E}a" }),
  ]

  private static let pipelines: [HostileText] = [
    HostileText("many near misses", full { "nmae\($0): 1\n" }),
    HostileText("many stages", full(head) { "  s\($0): {kind: sft}\n" }),
    HostileText("many broken stages", full(head) { "  s\($0): 1\n" }),
    HostileText("many unknown fields", full(head + "  a:\n    kind: rl\n") { "    f\($0): 1\n" }),
    HostileText(
      "a huge sweep",
      wholePipeline + "\n    rl.train.max_steps: [" + lines(300) { "\($0 + 1)," } + "]"
        + "\n    base.train.max_steps: [" + lines(300) { "\($0 + 1)," } + "]"),
    HostileText(
      "many axes",
      wholePipeline + "\n" + lines(2_000) { "    rl.train.max_steps\($0): [1, 2]\n" }),
    HostileText(
      "a chain of stages the wrong way round",
      head
        + lines(4_000) {
          "  s\($0): {kind: sft, inputs: {policy: s\($0 + 1)}, train: {learning_rate: 1}}\n"
        }),
    HostileText(
      "a circle of stages",
      head
        + lines(4_000) {
          "  s\($0): {kind: eval, inputs: {policy: s\(($0 + 1) % 4_000), problems: s0}}\n"
        }),
  ]
}

/// Everything between a file's bytes and the text that a user reads.
struct PipelineReading {
  let pipeline: Pipeline?
  let diagnostics: [Diagnostic]
  let text: String

  init(_ bytes: [UInt8], name: String = "p.yaml") {
    do {
      let source = try SourceFile(name: name, bytes: bytes)
      (pipeline, diagnostics) = Pipeline.load(
        source, kinds: PlanningKinds.all, directory: URL(filePath: "/nowhere"))
    } catch {
      (pipeline, diagnostics) = (nil, [error])
    }
    text = DiagnosticPrinter().render(diagnostics)
  }
}

@Suite(.serialized, .timeLimit(.minutes(120))) struct HostileTextTests {
  @Test(arguments: HostileText.all)
  func `is answered by a diagnostic in no time`(hostile: HostileText) {
    var reading: PipelineReading?
    let seconds = processorSeconds { reading = PipelineReading(hostile.bytes) }
    guard let reading else { return }
    if ProcessInfo.processInfo.environment["LACONIC_TIMES"] != nil {
      print(
        "\(Int((seconds * 1e5).rounded()) * 10) us \(hostile.name): \(reading.diagnostics.count)")
    }
    #expect(reading.pipeline == nil)
    #expect(reading.diagnostics.hasErrors)
    #expect(reading.text.utf8.count < 1 << 16, "\(reading.text.utf8.count) bytes")
    // The target is 50 ms; the bound leaves room for a debug build and a busy machine.
    #expect(seconds < 1)
  }
}
