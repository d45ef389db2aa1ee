import Fields
import Servers
import Testing

struct ServerIdentityTests {
  @Test func `vLLM says its checkpoint and its context`() async throws {
    let act = try recordedAct("vllm.models.json")
    try await withServer([act], dialect: "vllm") { client, server in
      let identity = try await client.identity()
      #expect(
        identity.json.compact
          == #"{"dialect":"vllm","model":"qwen3-4b","root":"Qwen/Qwen3-4B","max_model_len":40960}"#)
      #expect(server.requests.map(\.path) == ["/v1/models"])
    }
  }

  @Test func `llama.cpp says its file, its build and its weights`() async throws {
    let acts = [try recordedAct("llama_cpp.models.json"), try recordedAct("llama_cpp.props.json")]
    try await withServer(acts, dialect: "llama_cpp") { client, server in
      let identity = try await client.identity()
      #expect(identity.root == "smollm2.gguf")
      #expect(identity.fingerprint == "b0-unknown")
      #expect(identity.maxModelLength == 1024)
      #expect(identity.vocabularySize == 49152)
      #expect(identity.templateDigest?.count == 64)
      #expect(
        identity.facts == ["n_params": "134515008", "size": "96576768", "ftype": "Q4_1"])
      #expect(server.requests.map(\.path) == ["/v1/models", "/props"])
    }
  }

  @Test func `a model that the server does not have is told with those it has`() async throws {
    let act = MisbehavingServer.Act.reply(#"{"data": [{"id": "qwen3-8b"}]}"#)
    try await withServer([act], dialect: "vllm") { client, _ in
      let error = await #expect(throws: ServerError.self) { try await client.identity() }
      #expect(error?.description.contains("unknown model 'qwen3-4b'; expected qwen3-8b") == true)
    }
  }

  @Test func `a server of OpenAI's API need not list its models`() async throws {
    try await withServer([.reply(status: 404, "{}")]) { client, _ in
      let identity = try await client.identity()
      #expect(
        identity.json.compact == #"{"dialect":"openai","model":"qwen3-4b"}"#)
    }
  }
}
