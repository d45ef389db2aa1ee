/// Any checkpoint that talks, with its own template; a response is not divided.
struct Chat: ChatFamily {
  let name = "chat"
  let meaning = "any checkpoint with its own chat template; responses are not divided"

  let defaults = FormatConfiguration.boxed
}
