import Foundation
import Testing

/// Tensors may live on another device. Only the CPU backend knows addresses of their values.
struct HostPointerTests {
  private static let backend = "Sources/TensorCore/CPU/"
  /// Words that name an address of values.
  private static let words = [".pointer", "UnsafePointer", "UnsafeMutable", "UnsafeBuffer"]

  @Test(arguments: ["TensorCore", "ModelCore", "Reasoning"])
  func `only the CPU backend handles addresses of values`(module: String) throws {
    let files = try Repository.swiftSources().filter { $0.module == module }
    #expect(!files.isEmpty)
    var found: [String] = []
    for file in files where !file.path.hasPrefix(Self.backend) {
      for (index, line) in file.lines.enumerated() {
        let code = line.prefix(upTo: line.range(of: "//")?.lowerBound ?? line.endIndex)
        if Self.words.contains(where: { code.contains($0) }) {
          found.append("\(file.path):\(index + 1)")
        }
      }
    }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func `the CPU backend is where addresses are`() throws {
    let files = try Repository.swiftSources().filter { $0.path.hasPrefix(Self.backend) }
    #expect(files.contains { $0.lines.contains { $0.contains("UnsafeMutable") } })
  }
}
