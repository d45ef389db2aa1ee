import Foundation
import Testing

/// The pages for people name only what is there.
struct PageTests {
  @Test func `files named in the pages exist`() throws {
    let tops = ["Sources", "Tests", "docs", "pipelines", "bench"]
    var missing: [String] = []
    for page in try Repository.pages() {
      for (index, line) in page.lines.enumerated() {
        for quoted in codeSpans(in: line) where tops.contains(where: { quoted.hasPrefix($0 + "/") })
        {
          // A pattern or a place for a name stands for files, it is none.
          let isPattern = quoted.contains { "*<>{…".contains($0) || $0.isWhitespace }
          if !isPattern, !Repository.exists(quoted) {
            missing.append("\(page):\(index + 1): \(quoted)")
          }
        }
      }
    }
    #expect(missing.isEmpty, "\(missing.joined(separator: "\n"))")
  }

  @Test func `links between the pages lead somewhere`() throws {
    var broken: [String] = []
    for page in try Repository.pages() {
      for (index, line) in page.lines.enumerated() {
        for link in line.matches(of: /\]\(([^)#]+)(?:#[^)]*)?\)/).map({ String($0.output.1) })
        where !link.contains(":") {
          let path = page.folder.isEmpty ? link : page.folder + "/" + link
          if !Repository.exists(path) { broken.append("\(page):\(index + 1): \(link)") }
        }
      }
    }
    #expect(broken.isEmpty, "\(broken.joined(separator: "\n"))")
  }

  @Test func `targets of make named in the pages exist`() throws {
    let makefile = try Repository.file("Makefile")
    let targets = Set(
      makefile.lines.compactMap {
        $0.prefixMatch(of: /([a-z][a-z-]*):/).map { String($0.output.1) }
      })
    #expect(targets.isSuperset(of: ["setup", "build", "demo", "test", "format", "lint", "clean"]))
    for page in try Repository.pages() {
      for line in page.lines {
        for named in (codeSpans(in: line) + [String(line)]).filter({ $0.hasPrefix("make ") }) {
          for target in named.split(separator: " ").dropFirst().prefix(1)
          where target.first?.isLetter == true {
            #expect(targets.contains(String(target)), "\(page): make \(target)")
          }
        }
      }
    }
  }

  /// The texts between backticks on one line.
  private func codeSpans(in line: Substring) -> [String] {
    line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }
}
