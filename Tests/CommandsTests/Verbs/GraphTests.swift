import Commands
import Fields
import Foundation
import PipelineCore
import Testing

/// A graph as a drawing program reads it: labels of nodes, and arrows between them.
private struct Picture: Equatable {
  struct Arrow: Hashable {
    var from: String
    var to: String
    var label: String
  }
  var labels: [String: String] = [:]
  var arrows: Set<Arrow> = []

  /// The arrows with labels instead of ids.
  var named: Set<Arrow> {
    Set(
      arrows.map { arrow in
        Arrow(from: labels[arrow.from] ?? "?", to: labels[arrow.to] ?? "?", label: arrow.label)
      })
  }
}

private struct Unparsable: Error {
  var line: String
}

/// Reads the expected parts of a line one by one, and fails at anything else.
private struct Scanner {
  private var rest: Substring
  let line: String

  init(_ line: String) {
    self.line = line
    rest = line[...]
  }

  mutating func expect(_ text: String) throws {
    guard rest.hasPrefix(text) else { throw Unparsable(line: line) }
    rest = rest.dropFirst(text.count)
  }

  mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  mutating func id() throws -> String {
    try expect("n")
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty else { throw Unparsable(line: line) }
    rest = rest.dropFirst(digits.count)
    return "n" + digits
  }

  /// Reads up to the closing quote; a backslash escapes the next character.
  mutating func quoted(backslash: Bool) throws -> String {
    try expect("\"")
    var text = ""
    while let character = rest.popFirst() {
      if character == "\"" { return text }
      text.append(character)
      if backslash, character == "\\", let next = rest.popFirst() { text.append(next) }
    }
    throw Unparsable(line: line)
  }

  func end() throws {
    guard rest.isEmpty else { throw Unparsable(line: line) }
  }
}

extension Picture {
  /// Parses the part of DOT that `GraphText` writes (graphviz.org/doc/info/lang.html).
  init(dot text: String) throws {
    var lines = text.components(separatedBy: "\n")[...]
    guard lines.popFirst() == "digraph pipeline {", lines.popLast() == "}" else {
      throw Unparsable(line: text)
    }
    for line in lines {
      if line.hasPrefix("  node [") || line.hasPrefix("  edge [") {
        guard line.hasSuffix("];") else { throw Unparsable(line: line) }
        continue
      }
      var scanner = Scanner(line)
      try scanner.expect("  ")
      let id = try scanner.id()
      if scanner.take(" -> ") {
        let to = try scanner.id()
        try scanner.expect(" [label=")
        let label = Self.unescaped(dot: try scanner.quoted(backslash: true))
        try scanner.expect("];")
        arrows.insert(Arrow(from: id, to: to, label: label))
      } else {
        try scanner.expect(" [label=")
        labels[id] = Self.unescaped(dot: try scanner.quoted(backslash: true))
        _ = scanner.take(", shape=cylinder")
        try scanner.expect("];")
      }
      try scanner.end()
    }
  }

  /// The text that Graphviz shows, with a line feed between lines.
  private static func unescaped(dot text: String) -> String {
    var shown = ""
    var characters = text[...]
    while let character = characters.popFirst() {
      guard character == "\\" else {
        shown.append(character)
        continue
      }
      let next = characters.popFirst()
      shown.append(next == "n" ? "\n" : next ?? "\\")
    }
    return shown.replacingOccurrences(of: "&amp;", with: "&")
  }

  /// Parses the part of Mermaid that `GraphText` writes (mermaid.js.org/syntax/flowchart.html).
  init(mermaid text: String) throws {
    var lines = text.components(separatedBy: "\n")[...]
    guard lines.popFirst() == "flowchart TD" else { throw Unparsable(line: text) }
    for line in lines {
      var scanner = Scanner(line)
      try scanner.expect("  ")
      let id = try scanner.id()
      if scanner.take(" -->|") {
        let label = try Self.unescaped(mermaid: try scanner.quoted(backslash: false), line)
        try scanner.expect("| ")
        arrows.insert(Arrow(from: id, to: try scanner.id(), label: label))
      } else {
        let isOutside = scanner.take("[(")
        if !isOutside { try scanner.expect("[") }
        labels[id] = try Self.unescaped(mermaid: try scanner.quoted(backslash: false), line)
        try scanner.expect(isOutside ? ")]" : "]")
      }
      try scanner.end()
    }
  }

  /// Decodes line breaks and entities as Mermaid does. Other characters must not be special in HTML
  /// or Markdown.
  private static func unescaped(mermaid text: String, _ line: String) throws -> String {
    let parts = text.components(separatedBy: "<br/>")
    return try parts.map { part in
      var shown = String.UnicodeScalarView()
      var rest = part[...]
      while let character = rest.popFirst() {
        if character == "#" {
          let digits = rest.prefix { $0 != ";" }
          guard let value = UInt32(digits), let scalar = Unicode.Scalar(value),
            rest.count > digits.count
          else { throw Unparsable(line: line) }
          shown.append(scalar)
          rest = rest.dropFirst(digits.count + 1)
        } else {
          guard !"<>&\"`*\\{}()|~;".contains(character) else { throw Unparsable(line: line) }
          shown.append(contentsOf: String(character).unicodeScalars)
        }
      }
      return String(shown)
    }.joined(separator: "\n")
  }
}

@Suite struct `A pipeline's picture` {
  private struct DrawnKind: StageKind {
    let name = "drawn"
    let meaning = "a kind to draw"
    let version = 1
    let roles = [
      Role("from", accepts: [ArtifactType("x")], required: false, "an input"),
      Role("all", accepts: [ArtifactType("x")], required: false, collects: true, "all inputs"),
    ]
    let output = ArtifactType("x")
    let fields = GroupDescriptor(meaning: "what to draw", fields: [])
    let usesSeed = false
    let usesNumerics = false
    func run(_ context: any StageContext) throws {}
  }

  /// A name that breaks the syntax of drawing programs if it is not escaped.
  private let nasty = #"a"b\n]|<b>&amp;#35;`x`*é"#

  private var pipeline: Pipeline {
    func stage(_ name: String, _ inputs: [StageInput]) -> StageDeclaration {
      StageDeclaration(
        name: name, kind: DrawnKind(), config: .map(["text": .string("")]), inputs: inputs)
    }
    return Pipeline(
      name: "p",
      axes: [
        Axis(path: "b.text", values: [.string(nasty), .string("plain \n end -->"), .string("\\")])
      ],
      stages: [
        stage(
          "a", [StageInput(role: "from", source: .external(.checkpoint(path: "/some/mo\"del [1]")))]
        ),
        stage("b", [StageInput(role: "from", source: .stage("a"))]),
        stage(
          "c",
          [
            StageInput(role: "all", label: "x", source: .stage("b")),
            StageInput(role: "all", label: "y", source: .stage("a")),
          ]),
      ])
  }

  @Test func `shows every stage and every input, in both languages`() throws {
    let text = GraphText(stages: pipeline)
    let outside = "mo\"del [1]\nfrom outside"
    let expected: Set = [
      Picture.Arrow(from: outside, to: "a\ndrawn", label: "from"),
      Picture.Arrow(from: "a\ndrawn", to: "b\ndrawn", label: "from"),
      Picture.Arrow(from: "b\ndrawn", to: "c\ndrawn", label: "all: x"),
      Picture.Arrow(from: "a\ndrawn", to: "c\ndrawn", label: "all: y"),
    ]
    for picture in [try Picture(dot: text.dot), try Picture(mermaid: text.mermaid)] {
      #expect(picture.named == expected)
      #expect(Set(picture.labels.values) == [outside, "a\ndrawn", "b\ndrawn", "c\ndrawn"])
    }
  }

  @Test func `shows every point, whatever the swept values hold`() throws {
    let graph = StageGraph(pipeline)
    let text = GraphText(points: graph)
    let mermaid = try Picture(mermaid: text.mermaid)
    let dot = try Picture(dot: text.dot)
    #expect(Set(mermaid.labels.keys) == Set((0...graph.points.count).map { "n\($0)" }))
    for point in graph.points {
      #expect(mermaid.labels["n\(point.index)"] == "\(point.address)\ndrawn")
      // Graphviz cannot show control characters.
      let shown = point.address.replacingOccurrences(of: "\n", with: " ")
      #expect(dot.labels["n\(point.index)"] == "\(shown)\ndrawn")
    }
    #expect(mermaid.arrows == dot.arrows)
    #expect(mermaid.arrows.count == 1 + 3 + 4)
  }

  @Test func `comes out of the program`() throws {
    try withProject { folder in
      let mermaid = try LaconicProcess.run(
        ["graph", "pipelines/small.yaml", "--mermaid"], in: folder)
      #expect(mermaid.status == 0, "\(mermaid.errors)")
      let picture = try Picture(mermaid: mermaid.output.trimmingCharacters(in: .newlines))
      #expect(picture.labels.count == 5)
      let dot = try LaconicProcess.run(
        [
          "graph", "pipelines/small.yaml", "--dot", "--points", "--set", "seeds=[0, 1]",
        ], in: folder)
      #expect(try Picture(dot: dot.output.trimmingCharacters(in: .newlines)).labels.count == 8)
      #expect(try LaconicProcess.run(["graph", "pipelines/small.yaml"], in: folder).status == 64)
    }
  }
}
