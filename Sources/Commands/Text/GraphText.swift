package import PipelineCore

/// A graph of nodes and labelled arrows, as text for drawing programs.
///
/// Node ids are `n0`, `n1`, …, so that no name can break the syntax; names appear only as escaped
/// labels.
package struct GraphText {
  struct Node {
    var lines: [String]
    var isOutside = false
  }

  struct Arrow: Hashable {
    var from: Int
    var to: Int
    var label: String
  }

  private var nodes: [Node] = []
  /// The arrows, without repetition.
  private var arrows: [Arrow] = []
  private var known: Set<Arrow> = []

  /// A graph with one node per stage.
  package init(stages pipeline: Pipeline) {
    var numbers: [String: Int] = [:]
    for stage in pipeline.stages {
      numbers[stage.name] = nodes.count
      nodes.append(Node(lines: [stage.name, stage.kind.name]))
    }
    for stage in pipeline.stages {
      guard let to = numbers[stage.name] else { continue }
      for input in stage.inputs {
        let label = [input.role, input.label].compactMap(\.self).joined(separator: ": ")
        switch input.source {
        case .stage(let name):
          if let from = numbers[name] { add(Arrow(from: from, to: to, label: label)) }
        case .external(let external):
          for path in external.allPaths {
            add(Arrow(from: outside(path, &numbers), to: to, label: label))
          }
        }
      }
    }
  }

  /// A graph with one node per point.
  package init(points graph: StageGraph) {
    var numbers: [String: Int] = [:]
    nodes = graph.points.map { Node(lines: [$0.address, $0.kind.name]) }
    for point in graph.points {
      for input in point.inputs {
        let label = [input.role, input.label].compactMap(\.self).joined(separator: ": ")
        switch input.source {
        case .point(let from): add(Arrow(from: from, to: point.index, label: label))
        case .external(let external):
          for path in external.allPaths {
            add(Arrow(from: outside(path, &numbers), to: point.index, label: label))
          }
        }
      }
    }
  }

  /// The node of an outside input, one per path. Paths are absolute, so none equals a stage's name.
  private mutating func outside(_ path: String, _ numbers: inout [String: Int]) -> Int {
    if let known = numbers[path] { return known }
    numbers[path] = nodes.count
    let name = path.split(separator: "/").last.map(String.init) ?? path
    nodes.append(Node(lines: [name, "from outside"], isOutside: true))
    return nodes.count - 1
  }

  private mutating func add(_ arrow: Arrow) {
    if known.insert(arrow).inserted { arrows.append(arrow) }
  }

  // MARK: - Mermaid

  /// The graph as a Mermaid flowchart.
  package var mermaid: String {
    var lines = ["flowchart TD"]
    for (number, node) in nodes.enumerated() {
      let label = "\"" + node.lines.map(Self.mermaidEscaped).joined(separator: "<br/>") + "\""
      lines.append("  n\(number)" + (node.isOutside ? "[(\(label))]" : "[\(label)]"))
    }
    for arrow in arrows {
      lines.append("  n\(arrow.from) -->|\"\(Self.mermaidEscaped(arrow.label))\"| n\(arrow.to)")
    }
    return lines.joined(separator: "\n")
  }

  /// Replaces with an entity in Mermaid's form, `#35;`, every character that Mermaid, its Markdown
  /// or the HTML it makes could interpret.
  private static func mermaidEscaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", "[", "]", "=", ",", ".", ":", "-", "_", "/":
        String(scalar)
      default:
        scalar.value > 127 && scalar.properties.isAlphabetic ? String(scalar) : "#\(scalar.value);"
      }
    }.joined()
  }

  // MARK: - DOT

  /// The graph as a Graphviz digraph.
  package var dot: String {
    var lines = [
      "digraph pipeline {", "  node [shape=box, fontname=\"sans-serif\"];",
      "  edge [fontname=\"sans-serif\", fontsize=10];",
    ]
    for (number, node) in nodes.enumerated() {
      let label = node.lines.map(Self.dotEscaped).joined(separator: "\\n")
      lines.append(
        "  n\(number) [label=\"\(label)\"" + (node.isOutside ? ", shape=cylinder" : "") + "];")
    }
    for arrow in arrows {
      lines.append(
        "  n\(arrow.from) -> n\(arrow.to) [label=\"\(Self.dotEscaped(arrow.label))\"];")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  /// Escapes `"` and `\` with a backslash, as DOT requires in quoted strings; `&` would begin an
  /// HTML entity.
  private static func dotEscaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "&": "&amp;"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: " "
      default: String(scalar)
      }
    }.joined()
  }
}
