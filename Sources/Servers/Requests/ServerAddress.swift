/// The place of a server and the model to ask there. It holds no secret: a key is named by the
/// environment variable that has it.
package struct ServerAddress: Sendable, Hashable {
  /// The URL before `/chat/completions`: `http://127.0.0.1:8000/v1`. Without a path, it gets `/v1`.
  package var baseURL: String
  /// The model's name at the server.
  package var model: String
  /// The environment variable that holds the key; nil for a server that wants none.
  package var apiKeyVariable: String?
  /// The name of a `ServerDialect`: `vllm`, `sglang`, `llama_cpp`, `openai`.
  package var dialect: String

  package init(baseURL: String, model: String, apiKeyVariable: String? = nil, dialect: String) {
    self.baseURL = baseURL
    self.model = model
    self.apiKeyVariable = apiKeyVariable
    self.dialect = dialect
  }
}
