import Testing

/// The things that must not be in the sources at all.
struct SecurityTests {
  /// Everything that is read from the environment: the place of the store, the kernels to run, and
  /// the colours of a terminal. None of it enters a key, a record or a message. In addition, a
  /// program of the pipeline gets the variables that its stage names, and a server the key in the
  /// variable that its address names, each in one place.
  private static let variables: Set<Substring> = [
    "LACONIC_STORE", "LACONIC_KERNELS", "TERM", "NO_COLOR",
  ]

  @Test func `the environment is asked for nothing but what is listed here`() throws {
    let files = try Repository.files(in: ["Sources"], extensions: ["swift", "c", "h"])
    var wrong: [String] = []
    var seen: Set<Substring> = []
    for file in files where file.mentions("environ") || file.mentions("getenv") {
      for (index, line) in file.lines.enumerated()
      where !line.drop(while: \.isWhitespace).hasPrefix("//") {
        var names = line.matches(of: /environment\["([^"]*)"\]|getenv\("([^"]*)"\)/)
          .compactMap { $0.output.1 ?? $0.output.2 }
        seen.formUnion(names)
        names.removeAll { Self.variables.contains($0) }
        // Taken as a whole it may only be looked into by name, in the lines after.
        let isWhole =
          (line.contains(".environment") && !line.contains("environment[\"")
            && !line.contains("let environment = ProcessInfo.processInfo.environment"))
          || (line.contains("getenv(") && !line.contains("getenv(\""))
          || line.contains("environ)") || line.contains("secure_getenv")
        if isWhole || !names.isEmpty { wrong.append("\(file):\(index + 1): \(line)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(seen == Self.variables)
    let others = files.filter { file in
      file.mentions("environment[") && file.lines.contains { $0.contains(/environment\[[^"]/) }
    }
    #expect(
      Set(others.map { $0.declares(oneOf: ["Program", "ServerKey"]) }) == ["Program", "ServerKey"])
  }

  @Test func `programs are started in one place, which one kind uses`() throws {
    // In pieces, so that this file does not name one itself.
    let marks = ["posix_" + "spawn", "exec" + "ve(", "exec" + "vp(", "fo" + "rk()", "pop" + "en("]
    let files = try Repository.files(in: ["Sources"], extensions: ["swift", "c", "h"])
    let starting = files.filter { file in
      marks.contains(where: file.mentions)
        || file.mentions("Process()") && file.lines.contains { $0.contains(/\bProcess\(\)/) }
    }
    // Beside it only the declarations it needs, and `bench`, which measures this program in others.
    let names = starting.map { file in
      file.path.hasPrefix("Sources/CSpawn/")
        ? "CSpawn" : file.declares(oneOf: ["BenchmarkProcess", "ChildProcess"])
    }
    #expect(Set(names) == ["CSpawn", "BenchmarkProcess", "ChildProcess"])
    let using = files.filter { $0.mentions("ChildProcess(") }
    // What watches over programs is this program itself.
    #expect(
      Set(using.map { $0.declares(oneOf: ["ProgramWatcher", "Program"]) })
        == ["ProgramWatcher", "Program"])
  }

  @Test func `nothing unpickles, evaluates or loads code`() throws {
    // In pieces, so that this file does not name one itself.
    let marks = [
      "NSKeyed" + "Unarchiver", "Property" + "ListDecoder", "dlo" + "pen(", "JSCon" + "text",
      "pic" + "kle",
    ]
    let wrong = try Repository.files(in: ["Sources"], extensions: ["swift", "c", "h"])
      .filter { marks.contains(where: $0.mentions) }
      .flatMap { file in
        file.lines.indices.filter { index in
          let line = file.lines[index]
          return !line.drop(while: \.isWhitespace).hasPrefix("//")
            && marks.contains { line.contains($0) }
        }.map { "\(file):\($0 + 1): \(file.lines[$0])" }
      }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }
}
