import Fields
import Foundation
import PipelineCore
import Stages
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120))) struct `Programs as stages` {
  /// A stage that runs a shell script, which is one of its inputs.
  private static func yaml(_ more: String = "", params: String = "{a: 1}") -> String {
    """
    version: 1
    name: own
    stages:
      made:
        kind: command
        inputs: {script: {file: make.sh}, data: {file: data.txt}}
        command: [sh, "{inputs.script}", "{inputs.data}", "{params.a}", "{output}/made.txt"]
        params: \(params)
        outputs: [made.txt]
        \(more)
    """
  }

  private static let script = "cat \"$1\" >\"$3\"; echo \"with $2\" >>\"$3\""

  private func with<Result>(
    _ script: String = Self.script, _ body: (OwnData) throws -> Result
  ) throws -> Result {
    try OwnData.with { own in
      try own.write(Data(script.utf8), to: "make.sh")
      try own.write(Data("data\n".utf8), to: "data.txt")
      return try body(own)
    }
  }

  private func run(
    _ own: OwnData, _ yaml: String = Self.yaml(), allowed: Bool = true, jobs: Int = 1,
    stop: StopSignal = StopSignal(), overrides: [String] = []
  ) throws -> RunSummary {
    try Runner.run(
      try .reading(yaml, overrides: overrides, in: own.folder), store: try own.store(),
      options: .testing(jobs: jobs, stop: stop, allowsPrograms: allowed))
  }

  private func text(_ own: OwnData, _ summary: RunSummary, _ path: String = "made.txt") throws
    -> String
  {
    let digest = try #require(summary.points.last?.artifact, "\(summary.points)")
    return String(decoding: try own.store().artifact(digest).read(path), as: UTF8.self)
  }

  private func failure(_ summary: RunSummary) -> String {
    guard case .failed(let sentence) = summary.points.first?.outcome else {
      return "\(summary.points)"
    }
    return sentence
  }

  @Test func `are cached by arguments, parameters and content of inputs, and by nothing else`()
    throws
  {
    try with { own in
      #expect(try text(own, try run(own)) == "data\nwith 1\n")
      #expect(try run(own).points.map(\.outcome) == [.hit])
      // Fields that do not affect the result are not in the key.
      for same in ["env: [PATH]", "timeout: 1h", "threads: 1"] {
        #expect(try run(own, Self.yaml(same)).points.map(\.outcome) == [.hit], "\(same)")
      }
      let named = Self.yaml("env: [PATH, HOME]")
      #expect(try run(own, named).points.map(\.outcome) == [.hit])
      // Other parameters, other arguments or another type give another result.
      #expect(try text(own, try run(own, Self.yaml(params: "{a: 2}"))) == "data\nwith 2\n")
      #expect(try run(own, Self.yaml(params: "{a: 1.0}")).points.map(\.outcome) == [.ran])
      #expect(try run(own, Self.yaml(params: "{a: 1, b: 1}")).points.map(\.outcome) == [.ran])
      #expect(try run(own, Self.yaml("type: file")).points.map(\.outcome) == [.ran])
      // Other content gives another result, for the script too.
      try own.write(Data("other\n".utf8), to: "data.txt")
      #expect(try text(own, try run(own)) == "other\nwith 1\n")
      try own.write(Data((Self.script + "; echo end >>\"$3\"").utf8), to: "make.sh")
      #expect(try text(own, try run(own)) == "other\nwith 1\nend\n")
    }
  }

  @Test func `get their inputs, their parameters and no more of the world than is declared`() throws
  {
    let script = """
      pwd | grep -q '/tmp/' && test "$TMPDIR" = "$PWD/tmp" && test -z "$HOME$LACONIC_STORE"
      :>"$3"; find . -type f | sort >>"$3"; cat parameters.json >>"$3"; echo "$2" >>"$3"
      echo damage >>inputs/data.txt
      """
    try with(script) { own in
      // It is there to be passed on, and is not.
      try #require(ProcessInfo.processInfo.environment["HOME"]?.isEmpty == false)
      let summary = try run(own, Self.yaml(params: "{a: \"x  'y' $HOME\", lr: 1e-3, on: true}"))
      let made = try text(own, summary)
      #expect(
        made == """
          ./inputs/data.txt
          ./inputs/script.sh
          ./output/made.txt
          ./parameters.json
          {
            "params": {
              "a": "x  'y' $HOME",
              "lr": 1e-3,
              "on": true
            },
            "inputs": {
              "script": "inputs/script.sh",
              "data": "inputs/data.txt"
            },
            "output": "output"
          }
          x  'y' $HOME

          """)
      #expect(
        try String(contentsOf: own.folder.appendingPathComponent("data.txt"), encoding: .utf8)
          == "data\n")
    }
  }

  @Test func `are given every parameter as it is written`() throws {
    try with("printf '%s\\n' \"$2\" >\"$3\"; cat parameters.json >>\"$3\"") { own in
      var keys: Set<String> = []
      for written in [
        "1", "1.0", "1e0", "1.10", "4567e12", "12345678901234567890", "12345678901234567891",
        "1E234",
        "-0", "-0.0", "0.10000000000000000555", "true", "no", "12:30",
      ] {
        let summary = try run(own, Self.yaml(params: "{a: \(written)}"))
        let made = try text(own, summary)
        #expect(made.hasPrefix("\(written)\n"), "\(written): \(made)")
        let isText = ["no", "12:30"].contains(written)
        let json = isText ? "\"\(written)\"" : written
        #expect(made.contains("\"a\": \(json)\n"), "\(written): \(made)")
        keys.insert(try #require(summary.points.first?.artifact))
      }
      // Each value is a different result; in quotes it is the same result.
      #expect(keys.count == 14)
      #expect(try run(own, Self.yaml(params: "{a: \"1\"}")).points.map(\.outcome) == [.ran])
    }
  }

  /// Texts that mean a number or a boolean but are written differently in JSON.
  @Test(arguments: [
    ("007", "7"), ("0x10", "16"), ("0o17", "15"), ("+5", "5"), (".5", "0.5"), ("5.", "5"),
    ("True", "true"),
  ])
  func `whose parameter would be changed are refused`(written: String, meant: String) throws {
    try with { own in
      let shown = DiagnosticPrinter().render(
        own.load(Self.yaml(params: "{a: \(written)}")).diagnostics)
      #expect(
        shown.contains("'a' would be handed on as '\(meant)', not as it is written"), "\(shown)")
      #expect(shown.contains("write \(meant), or put it in quotes: \"\(written)\""), "\(shown)")
      #expect(own.load(Self.yaml(params: "{a: \"\(written)\"}")).diagnostics.isEmpty)
    }
  }

  @Test func `swept over values that read alike have an address each`() throws {
    try with { own in
      let swept =
        Self.yaml()
        + "\nsweep: {grid: {made.params.a: [1, 1.0, \"1\", true, \"true\", \"a,b\", \"\", a b]}}"
      let graph = try own.graph(swept)
      #expect(
        graph.points.map(\.address) == [
          "made[a=1]", "made[a=1.0]", "made[a=\"1\"]", "made[a=true]", "made[a=\"true\"]",
          "made[a=\"a,b\"]", "made[a=\"\"]", "made[a=a b]",
        ])
    }
  }

  @Test func `are never started unasked, and a hit needs no permission`() throws {
    try with { own in
      let refused = try run(own, allowed: false)
      #expect(refused.outcome == .failed)
      #expect(failure(refused) == "it runs a program, which needs --allow-exec")
      _ = try run(own)
      #expect(try run(own, allowed: false).points.map(\.outcome) == [.hit])
      // Preflight names the stage that runs a program, but only if the stage has to run.
      let graph = try own.graph(Self.yaml(params: "{a: 5}"))
      let store = try own.store()
      func programs(_ graph: StageGraph) -> [String] {
        Preflight(graph, store: store, fingerprint: { $0.fingerprint }, name: { $0 })
          .programs.map(\.address)
      }
      #expect(programs(graph) == ["made"])
      #expect(programs(try own.graph(Self.yaml())) == [])
      let record = try store.run(refused.id)
      #expect(record.points.map(\.runsProgram) == [true])
    }
  }

  @Test func `that fail say so with their last lines, and are not cached`() throws {
    let script = """
      printf 'first\\n\\nsecond \\377\\n'; echo third >&2; echo '  '; echo fourth; exit 7
      """
    try with(script) { own in
      #expect(
        failure(try run(own)) == "sh ended with status 7: second \u{FFFD} | third | fourth")
      #expect(failure(try run(own)).hasPrefix("sh ended with status 7"))
      try own.write(Data("kill -SEGV $$".utf8), to: "make.sh")
      #expect(failure(try run(own)).hasPrefix("sh was ended by signal 11 (Segmentation fault"))
      let gone = Self.yaml().replacingOccurrences(of: "[sh,", with: "[no-such-program-here,")
      #expect(failure(try run(own, gone)) == "no program 'no-such-program-here' in PATH")
      let elsewhere = Self.yaml().replacingOccurrences(of: "[sh,", with: "[./inputs/none,")
      #expect(failure(try run(own, elsewhere)).contains("cannot be started: no such file"))
    }
  }

  @Test func `keep what is declared, and refuse what leads elsewhere`() throws {
    func outcome(_ script: String, _ outputs: String) throws -> String {
      try with(script) { own in
        let yaml = Self.yaml().replacingOccurrences(of: "[made.txt]", with: outputs)
        let summary = try run(own, yaml)
        guard let digest = summary.points.first?.artifact else { return failure(summary) }
        return try own.store().artifact(digest).files.joined(separator: " ")
      }
    }
    #expect(try outcome(":", "[made.txt]") == "it left no 'made.txt' in 'output'")
    #expect(try outcome("mkdir output/made.txt", "[made.txt]").hasPrefix("it left no 'made.txt'"))
    #expect(
      try outcome("ln -s /etc/passwd output/made.txt", "[made.txt]").contains("not a regular file"))
    #expect(try outcome("mkfifo output/made.txt", "[made.txt]").contains("not a regular file"))
    #expect(
      try outcome("ln -s /etc output/logs", "[logs/]") == "it left no 'logs/' in 'output'")
    #expect(
      try outcome(
        "mkdir -p output/logs/x; touch output/a output/b output/logs/x/1 output/logs/2",
        "[b, logs/]") == "b logs/2 logs/x/1")
    #expect(
      try outcome("mkdir output/l; ln -s . output/l/m", "[l/]").contains("not a regular file"))
    #expect(
      try outcome("touch output/a output/made.txt; chmod 0 output/made.txt", "[made.txt]")
        .contains("made.txt"))
  }

  @Test func `make what other stages take`() throws {
    let script = #"""
      mkdir output/splits
      printf '{"family":"data","difficulty":1,"prompt":"1+1=?","answer":"2",\#
      "verifier":"exact"}\n' >output/splits/test.jsonl
      """#
    try with(script) { own in
      let yaml =
        Self.yaml("type: problems").replacingOccurrences(of: "[made.txt]", with: "[splits/]") + """

            base:
              kind: sft
              inputs: {data: problems}
              split: train
              model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
              intermediate_size: 24}
              train: {learning_rate: 1e-2, max_steps: 1, prompts_per_step: 2}
            problems: {kind: problems, families: [scan], splits: {train: {count: 4}}}
            eval:
              kind: eval
              inputs: {policy: base, problems: made}
              splits: [test]
              sampling: {num_generations: 1, max_new_tokens: 4}
            copy:
              kind: command
              inputs: {policy: base, all: {results: eval}}
              command: [sh, -c, "cp {inputs.policy}/* {output}; \
              test -f {inputs.all.results}/1/responses.jsonl"]
              outputs: [config.json, model.safetensors, tokenizer.json]
              type: model
            again:
              kind: eval
              inputs: {policy: copy, problems: made}
              splits: [test]
              sampling: {num_generations: 1, max_new_tokens: 4}
            free:
              kind: eval
              inputs: {policy: base, problems: problems}
              splits: [train]
              sampling: {num_generations: 1, max_new_tokens: 4}
            table: {kind: table, inputs: {results: {again: again}}, columns: [accuracy]}
            other: {kind: table, inputs: {results: {base: free}}, columns: [accuracy]}
          """
      let summary = try run(own, yaml)
      #expect(summary.outcome == .done, "\(summary.points)")
      // The copied model equals the original: its responses are cache hits.
      let digests = summary.digests
      #expect(digests["again"] == digests["eval"])
      // Tables of these results name every program behind them, and no other program.
      func table(_ stage: String) throws -> String {
        let artifact = try own.store().artifact(try #require(digests[stage]))
        return String(decoding: try artifact.read("table.md"), as: UTF8.self)
      }
      #expect(try table("table").contains("Made by programs outside Laconic: copy, made."))
      #expect(try !table("other").contains("programs"))
      #expect(try run(own, yaml).points.allSatisfy { $0.outcome == .hit })
    }
  }

  @Test func `are split by the seeds only when they are given one`() throws {
    try with { own in
      let seeds = Self.yaml().replacingOccurrences(of: "stages:", with: "seeds: [3, 4]\nstages:")
      #expect(try run(own, seeds).points.map(\.address) == ["made"])
      let given = seeds.replacingOccurrences(of: "{params.a}", with: "{seed}-{{seed}}")
      let summary = try run(own, given)
      #expect(summary.points.map(\.address) == ["made[seed=3]", "made[seed=4]"])
      #expect(try text(own, summary) == "data\nwith 4-{seed}\n")
      let swept = seeds + "\nsweep: {grid: {made.params.a: [1, x, true]}}"
      #expect(
        try run(own, swept).points.map(\.address) == ["made[a=1]", "made[a=x]", "made[a=true]"])
    }
  }

  @Test func `stop with all they started when asked to, and start anew`() throws {
    let script = """
      if test -f "$2/go"; then echo done >"$3"; exit 0; fi
      sleep 300 & echo $! >"$2/child.new"; mv "$2/child.new" "$2/child"
      echo at work; wait
      """
    try with(script) { own in
      let params = "{a: \"\(own.folder.path)\"}"
      let stop = StopSignal()
      let path = own.folder.appendingPathComponent("child").path
      let watcher = Thread {
        _ = eventually { FileManager.default.fileExists(atPath: path) }
        stop.request()
      }
      watcher.start()
      let summary = try run(own, Self.yaml(params: params), stop: stop)
      #expect(summary.points.map(\.outcome) == [.stopped(step: nil)])
      let child = try #require(
        pid_t(
          try String(contentsOfFile: path, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(eventually { kill(child, 0) != 0 || Self.isZombie(child) })
      // Exceeding a limit ends the program in the same gentle way.
      let late = try run(own, Self.yaml("timeout: 1s", params: params))
      #expect(failure(late) == "its timeout of 1.0s is over")
      try own.write(Data(), to: "go")
      #expect(try text(own, try run(own, Self.yaml(params: params))) == "done\n")
    }
  }

  private static func isZombie(_ id: pid_t) -> Bool {
    (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8))?.contains(") Z ") ?? true
  }

  @Test func `that hold more memory than they may are ended`() throws {
    // The shell holds the text twice while it doubles it.
    let script =
      "x=0123456789abcdef; while :; do x=$x$x; test ${#x} -gt 100000000 && sleep 60; done"
    try with(script) { own in
      let sentence = failure(try run(own, Self.yaml("max_rss: 60M")))
      #expect(sentence.contains("of memory, more than its max_rss of"), "\(sentence)")
    }
  }

  @Test func `may print and write much`() throws {
    let script = """
      yes line | head -c 6000000; head -c 20000000 /dev/zero >"$3"; exit ${EXIT:-0}
      """
    try with(script) { own in
      let summary = try run(own)
      let digest = try #require(summary.points.first?.artifact, "\(summary.points)")
      #expect(try own.store().artifact(digest).manifest.files.map(\.size) == [20_000_000])
    }
  }

  /// Mistakes in a stage, each with a part of the message about it.
  @Test(arguments: [
    ("{params.a}", "{params.b}", "'params' has no 'b'"),
    ("{inputs.data}", "{inputs.dat}", "did you mean 'data'?"),
    ("{output}/made.txt", "{outputs}/made.txt", "did you mean '{output…}'?"),
    ("{output}/made.txt", "{home}", "write '{{home}}' for these characters"),
    ("[made.txt]", "[../made.txt]", "is not a valid output path"),
    ("[made.txt]", "[/made.txt]", "is not a valid output path"),
    ("[made.txt]", "[made.txt, made.txt]", "given twice"),
    ("outputs: [made.txt]", "outputs: [made.txt]\n    type: model", "need 'config.json'"),
    ("outputs: [made.txt]", "outputs: [a, b]\n    type: file", "is one file"),
    ("outputs: [made.txt]", "outputs: [made.txt]\n    type: problems", "splits/NAME.jsonl"),
    ("outputs: [made.txt]", "outputs: [a]\n    env: [A=1]", "write names only"),
    ("params: {a: 1}", "params: {a: [1]}", "text, a number, true or false"),
    ("params: {a: 1}", "params: {a: null}", "found 'null'"),
    ("[sh,", "['',", "'command' needs the name of a program"),
    ("data: {file: data.txt}", "da.ta: {file: data.txt}", "cannot name an input"),
    ("data: {file: data.txt}", "data: made", "in a circle"),
  ])
  func `with a mistake say what is wrong`(text: String, mistake: String, message: String) throws {
    try with { own in
      let yaml = Self.yaml().replacingOccurrences(of: text, with: mistake)
      #expect(yaml != Self.yaml())
      let shown = DiagnosticPrinter().render(own.load(yaml).diagnostics)
      #expect(shown.contains(message), "\(shown)")
    }
  }

  @Test func `leave other braces as they are`() throws {
    let script = #"printf '%s\n' "$@" >output/made.txt"#
    try with(script) { own in
      let yaml = Self.yaml().replacingOccurrences(
        of: #""{inputs.data}", "{params.a}", "{output}/made.txt""#,
        with: #"'{"a": {"b": 1}}', "{{params.a}}", "{ x }", "{}", "x{params.a}y{params.a}", ''"#)
      let printed = try text(own, try run(own, yaml))
      #expect(printed == "{\"a\": {\"b\": 1}}\n{params.a}\n{ x }\n{}\nx1y1\n\n")
    }
  }
}
