import Fields
import Foundation
import ModelCore
import PipelineCore
import Reasoning
import Stages
import TestSupport
import Testing

/// The headers of an external policy are checked before anything starts.
@Suite struct `A model folder as a policy` {
  private static let yaml = """
    version: 1
    name: outside
    stages:
      problems:
        kind: problems
        families: [chain]
        splits: {test: {count: 4, difficulty: [1, 1], seed: 1}}
      eval:
        kind: eval
        inputs: {policy: {checkpoint: model}, problems: problems}
        splits: [test]
        sampling: {num_generations: 1, max_new_tokens: 40}
    """

  private static func model(_ change: (inout ModelConfiguration) -> Void = { _ in }) -> Transformer
  {
    var shape = ModelConfiguration()
    shape.hiddenSize = 16
    shape.layerCount = 1
    shape.headCount = 2
    shape.intermediateSize = 24
    change(&shape)
    return Transformer(
      configuration: shape, vocabularySize: LadderVocabulary.tokens.count, seed: 1)
  }

  /// Writes a changed folder `model`, and passes on a folder to load pipelines from.
  private static func with<Result>(
    _ model: Transformer = model(), change: (inout [String: Data]) -> Void = { _ in },
    _ body: (OwnData) throws -> Result
  ) throws -> Result {
    var files = Dictionary(
      uniqueKeysWithValues: ModelFolder.files(of: model, tokenizer: LadderVocabulary.tokenizer)
        .map { ($0.path, $0.data) })
    change(&files)
    return try OwnData.with { own in
      for (path, data) in files { try own.write(data, to: "model/" + path) }
      return try body(own)
    }
  }

  private static func replace(_ old: String, _ new: String, in files: inout [String: Data]) {
    let text = String(decoding: files["config.json"] ?? Data(), as: UTF8.self)
    files["config.json"] = Data(text.replacing(old, with: new).utf8)
  }

  /// The message when loading fails; `validate`, `plan` and `run` report the same.
  private static func complaint(
    _ model: Transformer = model(), yaml: String = yaml,
    change: (inout [String: Data]) -> Void = { _ in }
  ) throws -> String {
    try with(model, change: change) { own in
      let (pipeline, diagnostics) = own.load(yaml)
      #expect((pipeline == nil) == !diagnostics.isEmpty)
      for diagnostic in diagnostics { #expect(diagnostic.range.line == 10) }
      return diagnostics.map(\.message).joined(separator: "\n")
    }
  }

  @Test func `that is sound is taken, and runs`() throws {
    try Self.with { own in
      let summary = try own.run(try own.graph(Self.yaml))
      #expect(summary.outcome == .done)
    }
  }

  @Test func `is known by its headers before anything starts`() throws {
    let faults: [(said: String, change: (inout [String: Data]) -> Void)] = [
      ("folder 'model' has no file 'tokenizer.json'", { $0["tokenizer.json"] = nil }),
      ("folder 'model' has no file 'model.safetensors'", { $0["model.safetensors"] = nil }),
      (
        "folder 'model': model.safetensors: no such file; 'pytorch_model.bin' is not read",
        { $0["pytorch_model.bin"] = $0.removeValue(forKey: "model.safetensors") }
      ),
      (
        "folder 'model': config.json: this is not valid JSON: line 7:",
        { Self.replace("\"num_hidden_layers\": 1,", "\"num_hidden_layers\": ,", in: &$0) }
      ),
      (
        "folder 'model': config.json: model_type is 'gpt2'",
        { Self.replace("\"llama\"", "\"gpt2\"", in: &$0) }
      ),
      (
        "folder 'model': model.safetensors: the file is cut short",
        { $0["model.safetensors"] = $0["model.safetensors"]?.dropLast(1) }
      ),
      (
        "folder 'model': tokenizer.json:1:20: unknown model 'Unigram'; expected 'BPE', 'WordLevel'",
        { $0["tokenizer.json"] = Data(#"{"model": {"type": "Unigram"}}"#.utf8) }
      ),
      (
        "the model of folder 'model' has the token 'x' under id 51, where the response format "
          + "'ladder' has 'p'",
        {
          let text = String(decoding: $0["tokenizer.json"] ?? Data(), as: UTF8.self)
          $0["tokenizer.json"] = Data(text.replacing("\"p\": 51", with: "\"x\": 51").utf8)
        }
      ),
      (
        "the model of folder 'model' ends responses at token 3, '</t>', by its eos_token_id, and "
          + "here they end at 1, '<eos>', alone",
        { Self.replace("\"eos_token_id\": 1", "\"eos_token_id\": [1, 3]", in: &$0) }
      ),
      (
        "the model of folder 'model' ends responses at token 5, '</b>', by its eos_token_id, and "
          + "here they end at 1, '<eos>', alone",
        { $0["generation_config.json"] = Data(#"{"eos_token_id": 5}"#.utf8) }
      ),
    ]
    for (said, change) in faults {
      let complaint = try Self.complaint(change: change)
      #expect(complaint.hasPrefix(said), "\(complaint)")
    }
    // The weights do not have this shape.
    let complaint = try Self.complaint {
      Self.replace("\"intermediate_size\": 24", "\"intermediate_size\": 32", in: &$0)
    }
    #expect(complaint.contains("has shape [24, 16], the model needs [32, 16]"), "\(complaint)")
  }

  @Test func `is read by regular files of its own only`() throws {
    try Self.with { own in
      let weights = own.folder.appendingPathComponent("model/model.safetensors")
      func complaint() -> String { own.load(Self.yaml).diagnostics.map(\.message).joined() }
      try FileManager.default.removeItem(at: weights)
      try FileManager.default.createSymbolicLink(
        atPath: weights.path, withDestinationPath: "/etc/passwd")
      #expect(complaint().hasSuffix("model.safetensors: it is a link that leads out of the folder"))
      try FileManager.default.removeItem(at: weights)
      try FileManager.default.createDirectory(at: weights, withIntermediateDirectories: false)
      #expect(complaint().hasSuffix("model.safetensors: it is not a regular file"))
    }
  }

  @Test func `may be one GGUF file, which is checked and read likewise`() throws {
    let yaml = Self.yaml.replacing("checkpoint: model", with: "checkpoint: model.gguf")
    func write(_ own: OwnData, _ change: (inout GGUFWriter) -> Void = { _ in }) throws {
      var file = Self.file(of: Self.model { $0.normalizesHeads = true })
      change(&file)
      try own.write(file.data, to: "model.gguf")
    }
    try OwnData.with { own in
      try write(own)
      let summary = try own.run(try own.graph(yaml))
      #expect(summary.outcome == .done)
      // The same model in a folder gives the same responses.
      for file in ModelFolder.files(
        of: Self.model { $0.normalizesHeads = true }, tokenizer: LadderVocabulary.tokenizer)
      {
        try own.write(file.data, to: "model/" + file.path)
      }
      let other = try own.run(try own.graph(Self.yaml))
      #expect(
        summary.points.first { $0.address == "eval" }?.artifact
          == other.points.first { $0.address == "eval" }?.artifact)

      func complaint() -> String { own.load(yaml).diagnostics.map(\.message).joined() }
      try write(own) { $0.tensors.removeAll { $0.name == "blk.0.attn_q.weight" } }
      #expect(complaint().hasPrefix("model.gguf: tensor 'blk.0.attn_q.weight' is missing"))
      try write(own) { $0.set("tokenizer.ggml.eos_token_id", .uint32(3)) }
      #expect(
        complaint().hasPrefix(
          "the model of file 'model.gguf' ends responses at token 3, '</t>', by its eos_token_id"))
      try own.write(Data("GGUF".utf8), to: "model.gguf")
      #expect(complaint().hasPrefix("model.gguf: the header: expected 4 bytes at byte 4"))
    }
  }

  @Test func `that only holds a GGUF file is told to name the file`() throws {
    let complaint = try Self.complaint {
      $0["config.json"] = nil
      $0["base.gguf"] = Data()
    }
    #expect(
      complaint == "the folder 'model' is not a model: it has no config.json; write its file "
        + "'base.gguf', which is a whole model")
  }

  /// The model as a GGUF file with the tokens of problems.
  private static func file(of model: Transformer) -> GGUFWriter {
    let c = model.configuration
    let numbers = [
      "block_count": c.layerCount, "context_length": 4096, "embedding_length": c.hiddenSize,
      "feed_forward_length": c.intermediateSize, "attention.head_count": c.headCount,
      "attention.key_length": c.headSize,
    ]
    let tokenizer = LadderVocabulary.tokenizer
    var file = GGUFWriter()
    file.keys = [
      ("general.architecture", .text("qwen3")),
      ("qwen3.attention.layer_norm_rms_epsilon", .float(Float(c.normEpsilon))),
      ("tokenizer.ggml.eos_token_id", .uint32(UInt32(tokenizer.endToken ?? 0))),
      ("tokenizer.huggingface.json", .text(String(decoding: tokenizer.encoded(), as: UTF8.self))),
    ]
    for (name, number) in numbers { file.set("qwen3." + name, .uint32(UInt32(number))) }
    for tensor in model.namedTensors.tensors {
      file.add(GGUFWriter.name(of: tensor.name), shape: tensor.shape, values: tensor.values)
    }
    return file
  }

  @Test func `is left to a program, whatever it is`() throws {
    let yaml = """
      version: 1
      name: outside
      stages:
        a:
          kind: command
          inputs: {policy: {checkpoint: model}}
          command: ["true"]
          outputs: [out]
      """
    #expect(try Self.complaint(yaml: yaml) { $0["tokenizer.json"] = nil } == "")
  }

  // MARK: How long a sequence may be

  @Test func `takes no more tokens than it was made for`() throws {
    let short = Self.model { $0.contextLength = 32 }
    #expect(
      try Self.complaint(short) == "the model of folder 'model' was made for 32 tokens "
        + "(max_position_embeddings), a prompt and the 41 that may follow it are more")
    // Whether prompts leave room is known when there are prompts.
    try Self.with(Self.model { $0.contextLength = 43 }) { own in
      let summary = try own.run(try own.graph(Self.yaml))
      let outcome = summary.points.first { $0.address == "eval" }?.outcome
      guard case .failed(let message)? = outcome else {
        Issue.record("\(String(describing: outcome))")
        return
      }
      #expect("\(message)".contains("more than the 43 that the model was made for"), "\(message)")
    }
    try Self.with(Self.model { $0.contextLength = 200 }) { own in
      let summary = try own.run(try own.graph(Self.yaml))
      #expect(summary.outcome == .done)
    }
  }

  @Test func `is asked for the longest sequence that a budgeted response can make`() throws {
    // `<t>`, 8 tokens of thinking, `</t>` and 3 of an answer: far less than max_new_tokens.
    let cut = Self.yaml + "\n    budgets: [4, 8]\n    answer_budget: 3\n"
    #expect(
      try Self.complaint(Self.model { $0.contextLength = 13 }, yaml: cut)
        == "the model of folder 'model' was made for 13 tokens "
        + "(max_position_embeddings), a prompt and the 13 that may follow it are more")
    try Self.with(Self.model { $0.contextLength = 45 }) { own in
      let summary = try own.run(try own.graph(cut))
      #expect(summary.outcome == .done)
    }
    // `<b>NNN</b><t>` stands before the response.
    let given = Self.yaml + "\n    prefilled_budgets: [16]\n"
    #expect(
      try Self.complaint(Self.model { $0.contextLength = 46 }, yaml: given)
        == "the model of folder 'model' was made for 46 tokens "
        + "(max_position_embeddings), a prompt and the 46 that may follow it are more")
  }

  @Test(arguments: ["teachers", "responses", "pairs"])
  func `learns no example that is longer than it was made for`(data: String) throws {
    let yaml = """
      version: 1
      name: outside
      stages:
        sums:
          kind: data
          inputs: {files: {train: {file: train.jsonl}}}
          fields: {prompt: q, answer: a, response: r}
        copied:
          kind: command
          inputs: {made: {file: made.jsonl}, problems: sums}
          command: [cp, "{inputs.made}", "{output}/responses.jsonl"]
          outputs: [responses.jsonl]
          type: responses
        teachers:
          kind: sft
          inputs: {policy: {checkpoint: model}, data: sums}
          split: train
          train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 1}
        responses:
          kind: sft
          inputs: {policy: {checkpoint: model}, data: copied}
          train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 1}
        pairs:
          kind: dpo
          inputs: {policy: {checkpoint: model}, data: copied}
          train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 1}
      """
    /// Returns the outcome of the stage when a model may read so many tokens.
    func outcome(_ limit: Int) throws -> PointOutcome? {
      try Self.with(Self.model { $0.contextLength = limit }) { own in
        // A prompt of 5 tokens, `<t>`, 8 of thinking, `</t>`, the answer and `<eos>`: 17 tokens.
        try own.write(
          Data(#"{"q":"1+1=?","a":"2","r":"~1+1=2;;"}"#.utf8), to: "train.jsonl")
        let lines = [4, 11].enumerated().map { sample, length in
          let tokens = [Int](repeating: 13, count: length - 3) + [3, 11, 1]
          return #"{"split":"train","problem":{"family":"data","difficulty":1,"prompt":"1+1=?","#
            + #""answer":"2","verifier":"exact"},"sample":\#(sample),"tokens":\#(tokens),"#
            + #""length":\#(length),"finished":true,"answer":"2","correct":true}"#
        }
        try own.write(Data(lines.joined(separator: "\n").utf8), to: "made.jsonl")
        var options = RunOptions.testing(allowsPrograms: true)
        options.keepsGoing = true
        let summary = try Runner.run(
          try own.graph(yaml), store: try own.store(), options: options)
        return summary.points.first { $0.address == data }?.outcome
      }
    }
    #expect(try outcome(17) == .ran)
    guard case .failed(let message)? = try outcome(16) else {
      Issue.record("it was trained on 17 tokens")
      return
    }
    #expect(
      message.hasSuffix(
        "has 17 tokens with its prompt, more than the 16 that the model was made for "
          + "(max_position_embeddings)"), "\(message)")
  }

  @Test func `is held against data before anything runs`() throws {
    let yaml = """
      version: 1
      name: outside
      stages:
        sums:
          kind: data
          inputs: {files: {train: {file: train.jsonl}}}
          fields: {prompt: q, answer: a, response: r}
        tuned:
          kind: sft
          inputs: {policy: {checkpoint: model}, data: sums}
          split: train
          train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 1}
        eval:
          kind: eval
          inputs: {policy: {checkpoint: model}, problems: sums}
          splits: [train]
          sampling: {num_generations: 1, max_new_tokens: 8}
      """
    func told(_ limit: Int) throws -> [String] {
      try Self.with(Self.model { $0.contextLength = limit }) { own in
        try own.write(Data(#"{"q":"1+1=?","a":"2","r":"~1+1=2;;"}"#.utf8), to: "train.jsonl")
        return DataInspection(try own.graph(yaml), examples: 0) { _ in "train.jsonl" }.diagnostics
          .map { "\($0.file.name):\($0.range.line):\($0.range.column): \($0.message)" }
      }
    }
    #expect(try told(17) == [])
    #expect(
      try told(13) == [
        "train.jsonl:1:2: the example has 17 tokens, more than the 13 that the model was made for",
        "train.jsonl:1:2: the prompt has 5 tokens, which with the 9 that may follow it are more "
          + "than the 13 that the model was made for",
      ])
  }

  @Test func `hands its length on to what is trained from it`() throws {
    try Self.with(Self.model { $0.contextLength = 300 }) { own in
      let summary = try own.run(try own.graph(Self.tuning))
      let digest = try #require(summary.points.first { $0.address == "tuned" }?.artifact)
      let artifact = try own.store().artifact(digest)
      let text = String(decoding: try artifact.read("config.json"), as: UTF8.self)
      #expect(text.contains("\"max_position_embeddings\": 300"))
    }
  }

  /// The messages of a pipeline whose stages have this input too.
  private static func messages(_ stages: [String], _ inputs: String) throws -> [String] {
    try OwnData.with { own in
      try own.write(Data("{}".utf8), to: "tokenizer.json")
      let head = """
        version: 1
        name: missing
        stages:
          problems:
            kind: problems
            families: [chain]
            splits: {train: {count: 2, difficulty: [1, 1], seed: 1}}

        """
      let text = stages.map {
        """
          \($0):
            kind: sft
            inputs: {data: problems, \(inputs)}
            split: train
            train: {learning_rate: 1e-2, max_steps: 1, prompts_per_step: 2}

        """
      }
      return Pipeline.load(
        SourceFile(name: "p.yaml", text: head + text.joined()), kinds: .builtIn,
        directory: own.folder
      ).diagnostics.map(\.message)
    }
  }

  @Test func `is told missing once, with the stages that need it`() throws {
    let inputs = "policy: {checkpoint: nowhere.gguf}"
    let message = "the file 'nowhere.gguf' does not exist"
    #expect(try Self.messages(["a"], inputs) == [message])
    #expect(try Self.messages(["a", "b"], inputs) == [message + "; 'a' and 'b' need it"])
    #expect(
      try Self.messages(["a", "b", "c", "d"], inputs)
        == [message + "; 'a', 'b' and 2 more need it"])
  }

  @Test func `is not given as the response format's without its field`() throws {
    let found = try Self.messages(["a"], "response_format: {file: tokenizer.json}")
    #expect(
      found.contains(
        "'a' takes 'response_format' from the field 'response_format.model', which is not set"),
      "\(found)")
  }

  @Test func `hands its chat template on to what is trained from it`() throws {
    let template = "{{ messages }}"
    let settings = #"{"bos_token": "<t>", "eos_token": "<eos>"}"#
    try Self.with(
      change: {
        $0["chat_template.jinja"] = Data(template.utf8)
        $0["tokenizer_config.json"] = Data(settings.utf8)
      },
      { own in
        let summary = try own.run(try own.graph(Self.tuning))
        let digest = try #require(summary.points.first { $0.address == "tuned" }?.artifact)
        let artifact = try own.store().artifact(digest)
        let text = try CheckpointText(trainedFrom: artifact, in: ResponseFormats.standard)
        #expect(text.chatTemplate?.text == template)
        #expect(text.beginText == "<t>" && text.endText == "<eos>" && text.endTokens == [1])
      })
  }

  @Test func `with a malformed file of text is refused before it is trained`() throws {
    try Self.with(
      change: { $0["tokenizer_config.json"] = Data("[]".utf8) },
      { own in
        let summary = try own.run(try own.graph(Self.tuning))
        let outcome = summary.points.first { $0.address == "tuned" }?.outcome
        guard case .failed(let message)? = outcome else {
          Issue.record("\(String(describing: outcome))")
          return
        }
        #expect(message.contains("tokenizer_config.json"), "\(message)")
      })
  }

  @Test func `learns no trace that is longer than it was made for`() throws {
    try Self.with(Self.model { $0.contextLength = 12 }) { own in
      let summary = try own.run(try own.graph(Self.tuning))
      guard
        case .failed(let message)? = summary.points.first(where: { $0.address == "tuned" })?
          .outcome
      else {
        Issue.record("it was trained on more than 12 tokens")
        return
      }
      #expect(message.hasPrefix("the longest example of step 1 has "), "\(message)")
      #expect(message.contains("more than the 12 that the model was made for"), "\(message)")
    }
  }

  private static let tuning = """
    version: 1
    name: outside
    stages:
      problems:
        kind: problems
        families: [chain]
        splits: {train: {count: 8, difficulty: [1, 1], seed: 1}}
      tuned:
        kind: sft
        inputs: {policy: {checkpoint: model}, data: problems}
        split: train
        train: {learning_rate: 1e-3, max_steps: 1, prompts_per_step: 2}
    """
}
