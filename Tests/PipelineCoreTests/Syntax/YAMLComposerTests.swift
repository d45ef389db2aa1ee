import PipelineCore
import TestSupport
import Testing

@Suite struct YAMLComposerTests {
  private func lines(_ marked: String) -> [String] { MarkedYAML(marked).composerLines }

  @Test func `nodes keep their places`() throws {
    let file = SourceFile(name: "f", text: "a: 1\nb:\n  c: [x, \"y z\"]\n")
    let root = try #require(YAMLComposer.compose(file).root)
    let c = try #require(root["b"]?.value["c"])
    #expect(c.key.range == SourceRange(line: 3, column: 3, length: 1))
    #expect(c.value.range == SourceRange(line: 3, column: 6, length: 10))
    #expect(
      c.value.elements?.map(\.range) == [
        SourceRange(line: 3, column: 7, length: 1), SourceRange(line: 3, column: 10, length: 5),
      ])
    #expect(c.value.elements?.map(\.text) == ["x", "y z"])
    // A block map has no useful end, so its key is shown instead.
    #expect(root["b"]?.value.range.isEmpty == true)
    #expect(root["b"]?.place.range == SourceRange(line: 2, column: 1, length: 1))
  }

  @Test func `columns count scalars, whatever they take in bytes or on screen`() throws {
    let yaml = MarkedYAML("{🦙é: 1, \"日本\": 2, ①🦙é: 3}\n")
    let found = YAMLComposer.compose(yaml.source).diagnostics
    #expect(
      yaml.lines(of: found) == [
        "① duplicate key '🦙é'", "test.yaml:1:2 note: first given here",
      ])
  }

  @Test func `a duplicate key points at both places`() {
    #expect(
      lines("①a: 1\nb: 2\n②a: 3\n③a: 4\n") == [
        "② duplicate key 'a'", "① note: first given here",
        "③ duplicate key 'a'", "① note: first given here",
      ])
  }

  @Test func `what a pipeline has no use for is refused, all in one pass`() {
    #expect(
      lines(
        """
        a: ①!!str 2
        ? [k]
        : 3
        e: 1
        ②---
        f: 1
        """) == [
          "① tags are not supported (the field decides the type; write the plain value)",
          "test.yaml:2:3 a key must be a word, not a list",
          "② a second document starts here, but a pipeline is one document",
        ])
  }

  @Test func `nesting has a limit, however deep a file goes`() {
    for depth in [64, 500_000] {
      let file = SourceFile(name: "f", text: "a: " + String(repeating: "[", count: depth))
      let found = YAMLComposer.compose(file).diagnostics
      #expect(found.map(\.message) == ["maps and lists nest deeper than 64 levels"])
      #expect(found.first?.range == SourceRange(line: 1, column: 67))
    }
    let allowed = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    let fits = SourceFile(name: "f", text: "a: \(allowed)\n")
    #expect(YAMLComposer.compose(fits).diagnostics.isEmpty)
  }

  @Test(arguments: [
    "a: 1\nb: {c: 2", "a: 1\nb: {c: 2,", "a: [1,\n2", "a: 1\nb", "a:\n  - 'x", "a: \"x\n\ny",
    "a: 1\n? ", "a: 1\n\t", "a:\n\tb: 1", "a:\n\t", "%", "%YAML", "a: &", "a: *", "a: !<", "- a\nb",
    "a: |\n x\n\ty", "a: b: c", "{a: b\n---", "a: 1\r\n{", "a\u{2028}b: [", "a: \"\\",
  ])
  func `a text that breaks off has its mistake on a line that is there`(_ text: String) throws {
    for text in [text, text + "\n", text + "\n\n", text + " "] {
      let file = SourceFile(name: "f", text: text)
      let found = YAMLComposer.compose(file).diagnostics
      #expect(!found.isEmpty || text.hasSuffix(" ") || text.contains("?"), "\(text)")
      for diagnostic in found {
        let places = [diagnostic.range] + diagnostic.notes.map(\.range)
        for range in places {
          let line = try #require(file.line(range.line), "\(text): \(range)")
          #expect(range.column <= line.unicodeScalars.count + 1, "\(text): \(range)")
        }
      }
    }
  }

  @Test func `size has a limit`() {
    let file = SourceFile(name: "f", text: "a: " + String(repeating: "x", count: 1 << 20))
    let (root, found) = YAMLComposer.compose(file)
    #expect(root == nil)
    #expect(
      found.map(\.message) == ["the file is larger than 512 KiB, the most a pipeline may have"])
  }

  @Test func `bytes that are not UTF-8 are a mistake with a place`() {
    let bytes = Array("a: 1\nb: é".utf8) + [0xFF] + Array("x\n".utf8)
    let error = #expect(throws: Diagnostic.self) { try SourceFile(name: "f", bytes: bytes) }
    #expect(error?.message == "the file is not valid UTF-8")
    #expect(error?.range == SourceRange(line: 2, column: 5))
  }

  @Test func `a syntax error is reported where a person would look`() {
    #expect(
      lines("a: 1\nb: ①\"open\nc: 2\n") == [
        "① while scanning a quoted scalar: found unexpected end of stream"
      ])
    #expect(
      lines("a:\n  ②- x\n  ①b: 2\n") == [
        "① did not find expected '-' indicator", "② note: while parsing a block collection",
      ])
    #expect(
      lines("a:\n①\tb: 1\n").first
        == "① found character that cannot start any token (indent with spaces, not tabs)")
    #expect(
      lines("a: b①: c\n") == [
        "① mapping values are not allowed in this context "
          + "(put a value that holds ': ' in quotes, and check the indentation)"
      ])
    #expect(
      lines("a: 1\n<<<<<<< mine\nb: 2\n=======\nb: 3\n>>>>>>> theirs\n")
        .contains { $0.contains("merge conflict") })
  }

  @Test func `control characters are refused where they stand`() {
    #expect(lines("a: 1\nb: é①\u{1}\n") == ["① control characters are not allowed"])
  }

  @Test func `characters that could deceive a reader are refused, escaped or not`() {
    #expect(
      lines(
        """
        a: ①"\\a"
        b: [x, ②"\\e[2J", "tab\\t and line\\n"]
        c: ③"\\u202e"
        d: ④x\u{2067}y
        ⑤"\\x7f": 1
        e: ⑥"\\N"
        f: "日本 🦙 é\u{200D}"
        """) == [
          "① control characters are not allowed, found U+0007",
          "② control characters are not allowed, found U+001B",
          "③ characters that change the direction of text are not allowed, found U+202E",
          "④ characters that change the direction of text are not allowed, found U+2067",
          "⑤ control characters are not allowed, found U+007F",
          "⑥ control characters are not allowed, found U+0085",
        ])
  }

  @Test func `lines are counted as libyaml counts them`() {
    let file = SourceFile(name: "f", text: "a: 1\r\nb: 2\rc: 3\u{2028}d: 4\u{85}d: 5\n")
    let found = YAMLComposer.compose(file).diagnostics
    #expect(found.map(\.range.line) == [5])
    #expect(file.line(5) == "d: 5")
    #expect(file.line(1) == "a: 1")
  }

  @Test func `mistakes before a syntax error are kept`() {
    #expect(lines("a: 1\n①a: 2\nb: [1\n").count >= 2)
  }

  /// Truncations and bit flips of a real file always give a result and never trap.
  @Test func `damaged text never traps`() {
    let original = Array(wholePipeline.utf8)
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<400 {
      var bytes = original
      for _ in 0...next(4) {
        switch next(3) {
        case 0: bytes[next(bytes.count)] = UInt8(next(256))
        case 1: bytes.removeLast(next(bytes.count / 2))
        default: bytes.insert(Array("{}[]:,-&*!\"'\t\n".utf8)[next(14)], at: next(bytes.count))
        }
      }
      do {
        let file = try SourceFile(name: "f", bytes: bytes)
        let (root, found) = YAMLComposer.compose(file)
        #expect(root != nil || !found.isEmpty || bytes.allSatisfy { $0 < 0x21 })
        let text = DiagnosticPrinter().render(found)
        #expect(text.isEmpty == found.isEmpty)
      } catch {
        #expect(error.message == "the file is not valid UTF-8")
      }
    }
  }
}
