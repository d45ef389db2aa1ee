import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct PlotTests {
  private static let plot = Plot(
    title: "Accuracy <against> tokens", x: .init("mean response tokens"), y: .init("accuracy"),
    series: [
      .init(
        "easy", joined: true,
        points: [
          .init(88.1, 0.899, xError: 2, yError: 0.011, label: "base"),
          .init(71, 0.912, yError: 0.012, label: "α = 0.1"),
          .init(64.3, 0.87, label: "α = 0.4"),
        ]),
      .init("published", points: [.init(95, 0.8, label: "R&D"), .init(.nan, 1)]),
    ])

  @Test func `the picture is well-formed XML without script or outside reference`() throws {
    let svg = Self.plot.svg()
    let document = try XMLDocument(xmlString: svg)
    #expect(document.rootElement()?.name == "svg")
    #expect(!svg.contains("<script") && !svg.contains("href") && !svg.contains("url("))
    #expect(svg.contains("Accuracy &lt;against&gt; tokens"))
    #expect(svg.contains("R&amp;D"))
    #expect(svg.contains("prefers-color-scheme:dark"))
  }

  @Test func `every finite point has a marker and every label is drawn`() {
    let svg = Self.plot.svg()
    // Three circles and one square, and one of each in the legend.
    #expect(svg.components(separatedBy: "<circle").count - 1 == 4)
    #expect(svg.components(separatedBy: "<polygon").count - 1 == 2)
    for label in ["base", "α = 0.1", "α = 0.4", "R&amp;D", "easy", "published"] {
      #expect(svg.contains(">\(label)</text>"), "\(label)")
    }
  }

  @Test func `a point stands where its numbers say`() throws {
    // Axes from 0 to 10 and 0 to 1: the middle point is in the middle of the first and the last.
    let plot = Plot(
      title: "", x: .init("x"), y: .init("y"),
      series: [.init("s", points: [.init(0, 0), .init(5, 0.5), .init(10, 1)])])
    let circles = plot.svg().split(separator: "\n").filter { $0.hasPrefix("<circle") }
    let places = try circles.map { line in
      (x: try attribute("cx", of: line), y: try attribute("cy", of: line))
    }
    try #require(places.count == 3)
    #expect(abs(places[0].x + places[2].x - 2 * places[1].x) <= 0.2)
    #expect(abs(places[0].y + places[2].y - 2 * places[1].y) <= 0.2)
    #expect(places[0].x < places[2].x && places[0].y > places[2].y)
  }

  @Test func `error bars reach as far as their errors`() throws {
    let plot = Plot(
      title: "", x: .init("x"), y: .init("y"),
      series: [.init("s", points: [.init(0, 0), .init(1, 0.5, yError: 0.25), .init(2, 1)])])
    let lines = plot.svg().split(separator: "\n")
    let circles = try lines.filter { $0.hasPrefix("<circle") }.map { try attribute("cy", of: $0) }
    let bar = try #require(lines.first { $0.contains("bar\"") && $0.hasPrefix("<line") })
    let top = try attribute("y1", of: bar)
    let bottom = try attribute("y2", of: bar)
    // The bar spans half of the axis, from a quarter to three quarters.
    try #require(circles.count == 3)
    #expect(abs((bottom - top) - (circles[0] - circles[2]) / 2) <= 0.2)
  }

  @Test func `labels of points that share a place do not cover each other`() throws {
    let plot = Plot(
      title: "", x: .init("x", including: [0, 4]), y: .init("y", including: [0, 2]),
      series: [
        .init("s", points: (0..<4).map { .init(2 + Double($0) * 0.01, 1, label: "point \($0)") })
      ])
    let labels = try plot.svg().split(separator: "\n").filter { $0.contains("class=\"point\"") }
      .map { (x: try attribute("x", of: $0), y: try attribute("y", of: $0)) }
    #expect(labels.count >= 2)
    for (index, label) in labels.enumerated() {
      for other in labels.dropFirst(index + 1) {
        #expect(abs(label.y - other.y) >= 8 || abs(label.x - other.x) >= 35)
      }
    }
  }

  @Test func `a long title wraps above the picture`() throws {
    let long = Plot(
      title: Array(repeating: "accuracy", count: 12).joined(separator: " "), x: .init("x"),
      y: .init("y"), series: [.init("s", points: [.init(1, 1)])])
    let titles = try long.svg().split(separator: "\n").filter { $0.contains("class=\"title\"") }
      .map { try attribute("y", of: $0) }
    #expect(titles.count == 2)
    let top = try #require(
      long.svg().split(separator: "\n").filter { $0.contains("\"grid\"") }
        .map { try attribute("y1", of: $0) }.min())
    #expect(try #require(titles.max()) < top)
  }

  @Test func `nothing to show is said, not drawn as an empty frame`() {
    let empty = Plot(title: "Empty", x: .init("x"), y: .init("y"), series: [])
    #expect(empty.svg().contains(">no points</text>"))
    #expect(!Self.plot.svg().contains("no points"))
  }

  @Test func `numbers beyond all measure are left out instead of breaking the picture`() throws {
    let plot = Plot(
      title: "", x: .init("x", including: [.infinity]), y: .init("y"),
      series: [.init("s", points: [.init(1e308, 1), .init(1, 2, yError: 1e308), .init(2, .nan)])])
    let svg = plot.svg()
    #expect(svg.components(separatedBy: "<circle").count - 1 == 1)
    #expect(!svg.contains("—"))
  }

  @Test func `the same plot gives the same bytes`() {
    #expect(Self.plot.svg() == Self.plot.svg())
    #expect(Self.plot.svg().utf8.count < 8000)
  }

  /// The number in an attribute of an SVG element.
  private func attribute(_ name: String, of line: Substring) throws -> Double {
    let start = try #require(line.range(of: " \(name)=\"")).upperBound
    let end = try #require(line[start...].firstIndex(of: "\""))
    return try #require(Double(line[start..<end]))
  }
}
