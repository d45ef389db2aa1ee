import Fields
import ModelCore
import PipelineCore
import Reasoning
import Servers

/// The server that a stage asks, as its rules and its cost see it.
struct UpstreamServer {
  let configuration: ServerConfiguration

  /// Nil if the policy is no server.
  init?(inputs: [String: [UpstreamStage]]) {
    guard case .server(_, let fields)? = inputs[RoleName.policy]?.first?.external else {
      return nil
    }
    configuration = ServerConfiguration(decoding: fields)
  }

  /// The path of a field in the stage.
  func path(_ field: String) -> [String] { ["inputs", RoleName.policy, "server", field] }
}

extension SamplingTask {
  /// Mistakes that only a server makes: what its dialect cannot be asked for, and prompts that the
  /// response format cannot give it.
  func issues(of server: UpstreamServer) -> [FieldIssue] {
    promptIssues(of: server) + settingIssues(of: server)
  }

  private func promptIssues(of server: UpstreamServer) -> [FieldIssue] {
    let (format, choice) = (sampling.format, server.configuration.prompt)
    let offers = ServerDialects.offers(of: server.configuration.dialect) ?? []
    guard choice == .chat else {
      let offer: ServerOffer = choice == .text ? .text : .tokens
      guard offers.contains(offer) else {
        return [
          FieldIssue(
            server.path("prompt"),
            "servers of the dialect '\(server.configuration.dialect)' take no prompt of "
              + (choice == .text ? "text" : "tokens"), help: "write 'prompt: chat'")
        ]
      }
      guard format.countsTokens else {
        return [
          FieldIssue(
            server.path("prompt"),
            "the response format '\(format.name)' has neither the model's template nor tokens",
            help: "write 'prompt: chat', or 'response_format: {name: chat, model: FOLDER}'")
        ]
      }
      return []
    }
    let problem = Problem(family: Problem.unnamedFamily, difficulty: 1, prompt: "?", answer: "")
    guard format.messages(of: problem, header: .none) != nil else {
      return [
        FieldIssue(
          ["response_format"],
          "the response format '\(format.name)' has no messages for a server, or gives the "
            + "beginning of the response",
          help: "write 'response_format: {name: messages}', or 'prompt: text' under 'server'")
      ]
    }
    guard budgets.mode == .prefilled,
      format.messages(of: problem, header: .given(budgets.prefilledBudgets.first ?? 1)) == nil
    else { return [] }
    return [
      FieldIssue(
        ["prefilled_budgets"], "messages to a server cannot begin its response with a budget",
        help: "give it in the user's turn, by response_format.budget_prompt, or write "
          + "'prompt: text' under 'server'")
    ]
  }

  private func settingIssues(of server: UpstreamServer) -> [FieldIssue] {
    let offers = ServerDialects.offers(of: server.configuration.dialect) ?? []
    let lacking = [
      ("top_k", sampling.topK != 0 && !offers.contains(.topK)),
      ("min_p", sampling.minP != 0 && !offers.contains(.minP)),
      ("repetition_penalty", sampling.repetitionPenalty != 1),
      ("kv_cache", sampling.kvCache != .fp32),
    ]
    return lacking.filter(\.1).map { name, _ in
      FieldIssue(
        ["sampling", name],
        "'\(name)' cannot be asked of a server of the dialect '\(server.configuration.dialect)'",
        help: "leave it out")
    }
  }

  /// The cost of asking a server for every response. The problems are read to count them, if they
  /// are known before a run.
  func cost(of server: UpstreamServer, inputs: [String: [UpstreamStage]]) -> StageCost {
    let upstream = UpstreamProblems(role: RoleName.problems, inputs: inputs)
    var problems: [Problem] = []
    for split in splits {
      guard let some = upstream.problems(ofSplit: split.name) else { return StageCost() }
      problems += some
    }
    let headers: [ResponseHeader] =
      budgets.mode == .prefilled ? budgets.prefilledBudgets.map { .given($0) } : [.none]
    var promptTokens = 0
    for problem in problems {
      for header in headers {
        guard let most = mostTokens(ofPromptTo: problem, header, server) else {
          return StageCost()
        }
        promptTokens += most
      }
    }
    promptTokens = StageCost.product(promptTokens, sampling.numGenerations)
    let requests = StageCost.product(
      problems.count, sampling.numGenerations, headers.count)
    let generated = StageCost.product(requests, sampling.maxNewTokens)
    let bytes = StageEstimates.responses(requests, tokens: generated, in: sampling.format)
    var cost = StageCost(
      prompts: problems.count, completions: requests, maxGeneratedTokens: generated,
      steps: requests, artifactBytes: .atMost(bytes),
      keptBytes: .atMost(StageCost.product(2, bytes)))
    cost.requests = requests
    cost.maxPromptTokens = promptTokens
    cost.maxMoney = server.configuration.prices.map { prices in
      min(
        prices.money(prompt: promptTokens, completion: generated),
        server.configuration.maxCost ?? .infinity)
    }
    return cost
  }

  private func mostTokens(
    ofPromptTo problem: Problem, _ header: ResponseHeader, _ server: UpstreamServer
  ) -> Int? {
    switch server.configuration.prompt {
    case .chat:
      sampling.format.messages(of: problem, header: header).map {
        ServerPrompt(.messages($0)).mostTokens
      }
    case .text:
      (try? sampling.format.prompt(of: problem, header: header)).map {
        ServerPrompt.text(sampling.format.tokenizer.decode($0)).mostTokens
      }
    case .tokens: (try? sampling.format.prompt(of: problem, header: header))?.count
    }
  }
}
