import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct PlotSheetTests {
  private func panel(_ title: String, _ shape: Plot.Shape) -> Plot {
    Plot(
      title: title, x: .init("x"), y: .init("y"),
      series: [
        .init("a", shape, points: [.init(0, 1), .init(10, 3), .init(20, 2.5, yError: 0.25)]),
        .init("", .steps, color: 0, points: [.init(0, 1), .init(10, 3)]),
      ], notes: ["A note that stands below."], width: 320, height: 240)
  }

  @Test func `several panels are one well-formed picture`() throws {
    let sheet = PlotSheet(
      title: "Both <of> them",
      panels: [panel("first", .line), panel("second", .bars(width: 10)), panel("third", .points)],
      columns: 2, notes: ["Over two seeds."])
    let svg = sheet.svg()
    let document = try XMLDocument(xmlString: svg)
    #expect(document.rootElement()?.name == "svg")
    #expect(svg.contains("viewBox=\"0 0 640 "))
    for text in ["Both &lt;of&gt; them", "first", "second", "third", "Over two seeds."] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
    #expect(svg.components(separatedBy: "<g transform").count - 1 == 3)
    // Two bars are left of 20 and one right of it; each starts at the axis.
    #expect(svg.components(separatedBy: "column\"").count - 1 == 3)
    #expect(!svg.contains("<script") && !svg.contains("href") && !svg.contains("url("))
    #expect(svg == sheet.svg())
  }

  @Test func `a narrow sheet has its panels below each other, at the width of a phone`() throws {
    let sheet = PlotSheet(
      title: "A heading of more words than fit in one line of a narrow picture",
      panels: [panel("first", .line), panel("second", .points)], columns: 2,
      notes: ["A long note of more words than fit in one line of a narrow picture, which wraps."])
    let svg = sheet.narrow.svg()
    _ = try XMLDocument(xmlString: svg)
    #expect(svg.contains("viewBox=\"0 0 360 "))
    let places = svg.matches(of: /<g transform="translate\(([0-9.]+) ([0-9.]+)\)">/).map {
      (Double($0.1), Double($0.2))
    }
    try #require(places.count == 2)
    #expect(places.allSatisfy { $0.0 == 0 })
    let first = sheet.narrow.panels[0]
    #expect(places[1].1 == (places[0].1 ?? 0) + first.height)
    #expect(svg.matches(of: /class="title"/).count == 2)
    #expect(svg.matches(of: />(A long note|wraps)[^<]*</).count >= 1)
  }

  @Test func `many lines of text make a narrow plot higher, not its area lower`() throws {
    func height(_ notes: [String]) throws -> Double {
      let plot = Plot(
        title: "t", x: .init("x"), y: .init("y"),
        series: [.init("s", .line, points: [.init(0, 0), .init(1, 1)])], notes: notes)
      let lines = plot.narrow.svg().split(separator: "\n").filter { $0.contains("\"grid\"") }
      let places = lines.compactMap { $0.firstMatch(of: #/ y1="([0-9.]+)"/#) }.compactMap {
        Double($0.1)
      }
      return try #require(places.max()) - (try #require(places.min()))
    }
    let none = try height([])
    #expect(none > 200)
    let words = Array(repeating: "words", count: 60).joined(separator: " ")
    #expect(abs(try height([words, words]) - none) <= 0.2)
  }

  @Test func `a name too long for the legend is cut in its middle`() {
    let name = "rl[" + String(repeating: "reward.length_penalty.alpha=0.1,", count: 5) + "seed=2]"
    let plot = Plot(
      title: "t", x: .init("x"), y: .init("y"),
      series: [.init(name, .line, points: [.init(0, 0)]), .init("b", .line, points: [])])
    #expect(!plot.narrow.svg().contains(name))
    #expect(plot.narrow.svg().contains("seed=2]</text>"))
  }

  @Test func `a bar reaches from zero to its number, as wide as its bin`() throws {
    let plot = Plot(
      title: "", x: .init("x"), y: .init("y"),
      series: [.init("s", .bars(width: 5), points: [.init(0, 4), .init(5, 2), .init(10, 0)])])
    let bars = plot.svg().split(separator: "\n").filter { $0.contains("column\"") }
    // No bar is drawn for an empty bin.
    try #require(bars.count == 2)
    let numbers = bars.map { bar in
      ["x", "y", "width", "height"].map { name in
        let start = bar.range(of: " \(name)=\"")?.upperBound ?? bar.startIndex
        return Double(bar[start...].prefix { $0 != "\"" }) ?? .nan
      }
    }
    #expect(abs(numbers[0][3] - 2 * numbers[1][3]) <= 0.2)
    #expect(abs(numbers[0][2] - numbers[1][2]) <= 0.2)
    #expect(abs(numbers[0][0] + numbers[0][2] - numbers[1][0]) <= 0.2)
    #expect(abs(numbers[0][1] + numbers[0][3] - numbers[1][1] - numbers[1][3]) <= 0.2)
  }

  @Test func `every point is in the CSV with full precision`() {
    let sheet = PlotSheet(
      title: "",
      panels: [
        Plot(
          title: "p", x: .init("x"), y: .init("y"),
          series: [.init("s", .line, points: [.init(1.0 / 3, 2, xError: 0.125, label: "a,b")])])
      ], columns: 1)
    #expect(
      sheet.csv()
        == "panel,series,x,y,x error,y error,label\r\np,s,0.3333333333333333,2,0.125,,\"a,b\"\r\n")
  }
}
