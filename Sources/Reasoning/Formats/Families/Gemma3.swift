/// Gemma 3 (Gemma Team 2025, arXiv 2503.19786), which has no system turn: its text stands at the
/// beginning of the user's.
struct Gemma3: ChatFamily {
  let name = "gemma3"
  let meaning = "Gemma 3's chat models; responses are not divided"

  let defaults = FormatConfiguration.boxed
  let template: String? = """
    {{- bos_token -}}
    {%- set system = messages | selectattr('role', 'equalto', 'system') | list -%}
    {%- for message in messages if message.role != 'system' -%}
    {{ '<start_of_turn>' + ('model' if message.role == 'assistant' else message.role) + '\\n' }}
    {%- if loop.first and system %}{{ system[0].content + '\\n\\n' }}{% endif -%}
    {{ message.content + '<end_of_turn>\\n' }}
    {%- endfor -%}
    {%- if add_generation_prompt -%}
    {{ '<start_of_turn>model\\n' }}
    {%- endif -%}
    """
}
