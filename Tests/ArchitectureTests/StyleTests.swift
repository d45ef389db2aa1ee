import Foundation
import Testing

/// The few rules of style that a program can check and the formatter does not.
struct StyleTests {
  @Test func `no Swift file is longer than 500 lines`() throws {
    let long = try Repository.files(in: ["Sources", "Tests"], extensions: ["swift"])
      .filter { $0.lines.count > 500 }
    #expect(
      long.isEmpty,
      "split these by aspect: \(long.map { "\($0) (\($0.lines.count))" }.joined(separator: ", "))")
  }

  @Test func `nothing names a folder of somebody's machine`() throws {
    let files =
      try Repository.files(
        in: ["Sources", "Tests", "docs", "pipelines", "bench"],
        extensions: ["swift", "c", "h", "md", "yaml", "yml", "py", "sh", "json"])
      + [
        "Package.swift", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md",
      ]
      .filter(Repository.exists).map(Repository.file)
    // In pieces, so that this file does not name one itself.
    let folders = ["home", "Users", "root", "work"].map { Array(("/" + $0 + "/").utf8) }
    let wrong = files.flatMap { file in
      file.lines.indices.filter { index in
        let bytes = Array(file.lines[index].utf8)
        return bytes.indices.contains { start in
          // `https://host/home/x` is a path below something else.
          bytes[start] == UInt8(ascii: "/") && (start == 0 || !isPathPart(bytes[start - 1]))
            && folders.contains { bytes[start...].starts(with: $0) }
        }
      }.map { "\(file):\($0 + 1)" }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  @Test func `nothing is left to do later`() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    let wrong = try Repository.files(in: ["Sources", "Tests"], extensions: ["swift", "c", "h"])
      .flatMap { file in
        file.lines.indices.filter { index in
          marks.contains { file.lines[index].contains($0) }
        }.map { "\(file):\($0 + 1)" }
      }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  @Test func `errors are printed as sentences`() throws {
    // In pieces, so that this file does not hold them itself.
    let raw = ["\\(" + "error)", "localized" + "Description"]
    let wrong = try Repository.files(
      in: ["Sources/PipelineCore", "Sources/Stages", "Sources/Commands"], extensions: ["swift"]
    ).flatMap { file in
      file.lines.indices.filter { index in raw.contains { file.lines[index].contains($0) } }
        .map { "\(file):\($0 + 1)" }
    }
    #expect(wrong.isEmpty, "use `error.inWords`: \(wrong.joined(separator: ", "))")
  }

  @Test func `errors are put into words and printed in one place`() throws {
    // In pieces, so that this file does not hold them itself.
    let places = [
      "str" + "error(": ["Sources/PipelineCore/Files/ErrorSentence.swift"],
      "\"laconic" + ": ": ["Sources/Commands/Terminal/Terminal.swift"],
    ]
    for (text, expected) in places {
      let files = try Repository.files(in: ["Sources"], extensions: ["swift"])
        .filter { file in file.lines.contains { $0.contains(text) } }
      #expect(files.map(\.path).sorted() == expected, "\(text)")
    }
  }

  @Test func `tests see what every module sees`() throws {
    let testable = "@" + "testable"
    let wrong = try Repository.files(in: ["Tests"], extensions: ["swift"]).filter { file in
      Import.all(in: file).contains { $0.module == "XCTest" }
        || file.lines.contains { $0.hasPrefix(testable) }
    }
    #expect(wrong.isEmpty, "\(wrong)")
  }

  // MARK: - Language

  @Test func `messages say what is wrong in the words of the field`() throws {
    let files = try Repository.files(in: ["Sources"], extensions: ["swift"])
    let wrong = files.flatMap { file in
      file.lines.indices.filter { index in
        let line = file.lines[index]
        guard !isComment(line), let first = line.firstIndex(of: "\"") else { return false }
        let literal = line[first...]
        // "X is no Y" is "unknown Y 'X'", or "X is not a Y"; "there is no Y" is "Y does not exist".
        return [" is no ", " are no ", "nobody", "somebody"].contains { literal.contains($0) }
      }.map { "\(file):\($0 + 1)" }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  @Test func `no line has more than 100 columns`() throws {
    let files =
      try Repository.files(
        in: ["Sources", "Tests", "Fuzz"], extensions: ["swift", "c", "h", "modulemap"])
      + [Repository.file("Package.swift")]
    let wrong = files.flatMap { file in
      file.lines.indices.filter { index in
        // There are at least as many bytes as characters, and they are counted faster.
        file.lines[index].utf8.count > 100 && file.lines[index].count > 100
      }.map { "\(file):\($0 + 1)" }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  @Test func `the comments of declarations are sentences`() throws {
    let wrong = try Repository.files(in: ["Sources", "Tests"], extensions: ["swift"])
      .flatMap { file in
        file.lines.indices.filter { index in
          guard let text = documentation(file.lines[index]) else { return false }
          // A later line may begin with any word.
          let isFirst = index == 0 || documentation(file.lines[index - 1]) == nil
          return isFirst && questions.contains { text.hasPrefix($0) }
        }.map { "\(file):\($0 + 1)" }
      }
    #expect(
      wrong.isEmpty, "begin with a verb or the thing itself: \(wrong.joined(separator: "\n"))")
  }

  @Test func `the meanings of fields are sentences or name the thing`() throws {
    let wrong = try Repository.swiftSources().flatMap { file in
      file.lines.indices.filter { index in
        questions.contains { file.lines[index].contains("\"" + $0) }
      }.map { "\(file):\($0 + 1)" }
    }
    #expect(
      wrong.isEmpty, "begin with a verb or the thing itself: \(wrong.joined(separator: "\n"))")
  }
}

/// The beginnings of questions that describe nothing.
private let questions = ["What ", "How ", "Of ", "Whether "]

private func isComment(_ line: some StringProtocol) -> Bool {
  let text = line.drop { $0 == " " }
  return ["//", "/*", "* "].contains { text.hasPrefix($0) }
}

/// The text of a line of a documentation comment; nil for other lines.
private func documentation(_ line: some StringProtocol) -> String? {
  let text = line.drop { $0 == " " }
  return text.hasPrefix("/// ") ? String(text.dropFirst(4)) : nil
}

private func isPathPart(_ byte: UInt8) -> Bool {
  let character = Character(UnicodeScalar(byte))
  return character.isLetter || character.isNumber || "._-~$}".contains(character)
}
