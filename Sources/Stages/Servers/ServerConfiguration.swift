package import Fields
package import Reasoning
package import Servers

/// A server that answers prompts in place of a model here: `policy: {server: {…}}`.
///
/// The server's own identity is in the keys of what it answers, with the fields that are semantic;
/// where it is and how it is asked is not.
package struct ServerConfiguration: FieldGroup {
  package var baseURL = ""
  package var model = ""
  package var dialect = ""
  package var apiKeyVariable: String?
  package var prompt = PromptChoice.chat
  package var fingerprint = FingerprintRule.same
  package var maxConnections = 16
  package var maxTries = 6
  package var timeout: TimeSpan?
  package var prices: ServerPrices?
  package var maxCost: Double?

  package init() {}

  package static let meaning = "A server that answers by the OpenAI-compatible API"
  package static var fields: [Field<ServerConfiguration>] {
    [
      .string(
        "base_url", \.baseURL,
        "The URL before /chat/completions: http://127.0.0.1:8000/v1. Without a path, /v1 is added",
        .operational, required: true),
      .string(
        "model", \.model, "The model's name at the server", .semantic, required: true),
      .choice(
        "dialect", \.dialect, of: ServerDialects.choices, "The kind of server", .semantic,
        required: true),
      .string(
        "api_key_env", \.apiKeyVariable,
        "The environment variable that holds the key. Absent: none is sent", .operational),
      .choice("prompt", \.prompt, "The form in which prompts are sent", .semantic),
      .choice(
        "system_fingerprint", \.fingerprint,
        "The rule for a server whose build changes between responses", .semantic),
      .int(
        "max_connections", \.maxConnections, 1...4096,
        "The most requests that are open together", .operational),
      .int(
        "max_tries", \.maxTries, 1...100, "The most times that one request is sent",
        .operational),
      Field(
        FieldDescriptor(
          name: "timeout", type: .quantity(.time), defaultValue: .absent,
          meaning: "The most time until a whole response: 90s, 30m, 2h", fieldClass: .operational)
      ) { server, value in server.timeout = value.stringValue.flatMap(TimeSpan.init) },
      .group("prices", \.prices, ServerPrices.meaning, .operational),
      .float(
        "max_cost", \.maxCost, .positive,
        "The most that the stage's responses may cost, in the money of 'prices'", .operational),
    ]
  }

  package func issues() -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if let flaw = urlFlaw {
      issues.append(
        FieldIssue(["base_url"], flaw, help: "write it as http://127.0.0.1:8000/v1"))
    }
    if model.isEmpty { issues.append(FieldIssue(["model"], "the model has no name")) }
    if let variable = apiKeyVariable, variable.utf8.count > 128 || !variable.isVariableName {
      // The text may be the key itself, so it is not repeated.
      issues.append(
        FieldIssue(
          ["api_key_env"], "this is not the name of an environment variable",
          help: "never write a key into a pipeline: export it, and write the variable's name"))
    }
    if maxCost != nil, prices == nil {
      issues.append(
        FieldIssue(
          ["max_cost"], "max_cost has no effect without prices",
          help: "write 'prices: {prompt: …, completion: …}' for a million tokens"))
    }
    return issues
  }

  private var urlFlaw: String? {
    do throws(ServerURLFlaw) {
      _ = try ServerURL(baseURL)
      return nil
    } catch {
      return switch error {
      case .notAbsolute: "this is not the URL of a server"
      case .scheme(let scheme): "a server is asked by http or https, not by \(scheme.quoted)"
      case .password: "the URL holds a name or a password, which 'api_key_env' is for"
      case .query: "the URL of a server has no '?' and no '#'"
      }
    }
  }

  /// One line that says what is asked where.
  package var address: String { "\(baseURL) (\(model))" }

  package var serverAddress: ServerAddress {
    ServerAddress(
      baseURL: baseURL, model: model, apiKeyVariable: apiKeyVariable, dialect: dialect)
  }

  package var limits: ServerLimits {
    var limits = ServerLimits()
    limits.maxConcurrency = maxConnections
    limits.firstConcurrency = min(limits.firstConcurrency, maxConnections)
    limits.maxTries = maxTries
    if let timeout { limits.firstByteTimeout = timeout.duration }
    return limits
  }

  /// Limits for a question that must not take long.
  package var briefLimits: ServerLimits {
    var limits = ServerLimits()
    limits.maxTries = 1
    limits.loadingWait = .zero
    limits.connectTimeout = .seconds(2)
    limits.firstByteTimeout = .seconds(2)
    limits.idleTimeout = .seconds(2)
    return limits
  }
}

/// The form in which prompts are sent.
package enum PromptChoice: String, FieldChoice {
  case chat, text, tokens

  package var meaning: String {
    switch self {
    case .chat: "messages, to which the server applies its model's template"
    case .text: "the whole prompt as text, as the response format's template writes it"
    case .tokens: "the whole prompt as ids of the response format's tokenizer"
    }
  }

  package var form: PolicyPromptForm {
    switch self {
    case .chat: .messages
    case .text: .text
    case .tokens: .tokens
    }
  }
}

/// The rule for a server whose build changes between responses.
package enum FingerprintRule: String, FieldChoice {
  case same, any

  package var meaning: String {
    switch self {
    case .same: "a change of system_fingerprint ends the stage, with an error"
    case .any: "responses of any build are kept; each names its own"
    }
  }
}

/// The prices of a million tokens, in any money.
package struct ServerPrices: FieldGroup {
  package var prompt = 0.0
  package var completion = 0.0

  package init() {}

  package static let meaning = "The prices of a million tokens, in any money"
  package static var fields: [Field<ServerPrices>] {
    [
      .float(
        "prompt", \.prompt, .nonNegative, "The price of a million tokens of prompts",
        .operational, required: true),
      .float(
        "completion", \.completion, .nonNegative, "The price of a million generated tokens",
        .operational, required: true),
    ]
  }

  package func money(prompt: Int, completion: Int) -> Double {
    (self.prompt * Double(prompt) + self.completion * Double(completion)) / 1e6
  }
}
