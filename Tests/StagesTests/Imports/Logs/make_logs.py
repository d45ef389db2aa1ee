"""Makes the logs in this folder: `python make_logs.py inspect|lm_eval|verifiers|traces`, each in an
environment with the tool of README.md. Logs are written below `logs`; of the one of inspect, events and
tracebacks were cut down by hand afterwards."""

import subprocess
import sys

QUESTIONS = [
    ("What is 7 + 5?", "12"), ("What is 9 - 4?", "5"), ("What is 6 * 3?", "18"),
    ("What is 8 / 2?", "4"), ("What is 3 + 3?", "6"),
]


def inspect():
    import json, sys
    from inspect_ai import Task, task, eval
    from inspect_ai.dataset import Sample, MemoryDataset
    from inspect_ai.model import ModelOutput, ModelUsage, ChatMessageAssistant, ContentReasoning, ContentText, ChatCompletionChoice, get_model
    from inspect_ai.scorer import match, includes, scorer, accuracy, Score, Target, NOANSWER
    from inspect_ai.solver import generate, solver, TaskState

    DATA = MemoryDataset([Sample(id=f"q{i}", input=q, target=a, metadata={"kind": "arithmetic", "level": i % 3 + 1}) for i, (q, a) in enumerate(QUESTIONS)], name="sums")

    def output(state, messages=None):
        i = int(state.sample_id[1:]); e = state.epoch
        q, a = QUESTIONS[i]
        if i == 1:
            text, stop, usage = "Let me think about 9 - 4, which is", "max_tokens", ModelUsage(input_tokens=14, output_tokens=16, total_tokens=30)
            msg = ChatMessageAssistant(content=text, source="generate", model="mock")
        elif i == 2:
            msg = ChatMessageAssistant(content=[ContentReasoning(reasoning="6 times 3 is 6 + 6 + 6."), ContentText(text="The answer is 18")], source="generate", model="mock")
            stop, usage = "stop", ModelUsage(input_tokens=14, output_tokens=21, total_tokens=35, reasoning_tokens=13)
        elif i == 4:
            msg = ChatMessageAssistant(content="6" if e == 1 else "I will not say.", source="generate", model="mock"); stop = "stop"; usage = None
        else:
            msg = ChatMessageAssistant(content=f"ANSWER: {a}" if e == 1 else "ANSWER: 1", source="generate", model="mock"); stop = "stop"
            usage = ModelUsage(input_tokens=14, output_tokens=6, total_tokens=20)
        return ModelOutput(model="mock", choices=[ChatCompletionChoice(message=msg, stop_reason=stop)], usage=usage)

    @solver
    def canned():
        async def solve(state: TaskState, gen):
            if state.sample_id == "q3" and state.epoch == 2:
                raise RuntimeError("the server is gone")
            state.output = output(state)
            state.messages.append(state.output.message)
            return state
        return solve

    @scorer(metrics=[accuracy()])
    def strict():
        async def score(state: TaskState, target: Target):
            text = state.output.completion
            if "not say" in text: return Score(value=NOANSWER, answer="")
            return Score(value="C" if target.text in text.split() else "I", answer=text.split()[-1], explanation="last word")
        return score

    def run(out, **kw):
        t = Task(dataset=DATA, solver=canned(), scorer=[strict(), includes()] if kw.pop("two", False) else strict(), epochs=2)
        return eval(t, model="mockllm/model", log_dir=out, log_format="json", fail_on_error=False, display="none", **kw)

    run("logs/inspect_one"); run("logs/inspect_two", two=True)


def verifiers():
    from pathlib import Path
    from verifiers.utils.eval_utils import make_dataset, save_to_disk
    R=dict(prompt=[],completion=[],answer=[],state=[],task=[],info=[],example_id=[],reward=[],metrics={"correct_answer":[],"format_reward":[]},is_truncated=[],metadata={"state_columns":["is_truncated"]})
    for r in range(2):
        for i,(q,a) in enumerate(QUESTIONS):
            err=RuntimeError("the server is gone") if (i,r)==(3,1) else None
            R["prompt"].append([{"role":"system","content":"Answer in a box."},{"role":"user","content":q}])
            R["completion"].append([] if err else [{"role":"assistant","content":f"<think>\nI count.\n</think>\n\nThe answer is \\boxed{{{a if r==0 else '1'}}}."}])
            R["answer"].append(a); R["task"].append("sums"); R["info"].append({"level":i%3+1}); R["example_id"].append(i)
            R["reward"].append(0.0 if err else 1.2 if r==0 else 0.2)
            R["metrics"]["correct_answer"].append(1.0 if r==0 else 0.0); R["metrics"]["format_reward"].append(0.0 if err else 1.0)
            R["state"].append({"error":err,"timing":{"generation_ms":1.0,"scoring_ms":1.0,"total_ms":2.0},"is_truncated":(i,r)==(1,1)})
    p=Path("logs/verifiers"); p.mkdir(parents=True,exist_ok=True)
    save_to_disk(make_dataset(R),{"env_id":"sums","env_args":{},"model":"m","num_examples":5,"rollouts_per_example":2},p)


def traces():
    import asyncio, json
    from pathlib import Path
    import verifiers.v1 as vf
    from verifiers.v1.graph import MessageNode
    from verifiers.v1.types import AssistantMessage, UserMessage, SystemMessage, Usage
    from verifiers.v1.trace import ModelCall, Error
    from verifiers.v1.episode import Episode, EnvInfo
    from verifiers.v1.utils.trace_store import write_episode
    class Sum(vf.TaskData):
        answer: str = ""
    p=Path("logs/traces"); p.mkdir(parents=True,exist_ok=True); (p/"traces.jsonl").write_text("")
    for r in range(2):
      for i,(q,a) in enumerate(QUESTIONS):
        task=vf.TraceTask(type="SumTask",data=Sum(idx=i,prompt=q,system_prompt="Answer in a box.",answer=a),key=f"sums/{i}",hash="h%d"%i)
        if i==3 and r==1:
            write_episode(p,Episode(env=EnvInfo(id="sums"),task=task,ok=False,errors=[Error(type="ProviderError",message="the server is gone",status_code=502)],traces=[])); continue
        tr=vf.Trace[Sum,vf.State](agent=vf.AgentInfo(config=vf.AgentConfig()),task=task,
          nodes=[MessageNode(parent=None,message=SystemMessage(content="Answer in a box."),timestamp=0.0),MessageNode(parent=0,message=UserMessage(content=q),timestamp=0.0),
                 MessageNode(parent=1,message=AssistantMessage(content=f"\\boxed{{{a if r==0 else 1}}}",reasoning_content="I count."),sampled=True,timestamp=0.0)],
          calls=[ModelCall(node=2,model="m",finish_reason="length" if (i,r)==(1,1) else "stop",usage=Usage(prompt_tokens=20,completion_tokens=15+i,reasoning_tokens=5))])
        tr.record_reward("correct",1.0 if r==0 else 0.0); tr.record_reward("format",1.0,0.2); tr.record_metric("boxed",1.0)
        if (i,r)==(4,1): tr.rewards["correct"]=None; tr.rewards["format"]=None
        tr.stop("agent_completed"); tr.ok=True
        write_episode(p,Episode(env=EnvInfo(id="sums"),task=task,ok=True,traces=[tr]))


def lm_eval():
    tasks = {
        "sums.yaml": r"""task: sums
dataset_path: json
dataset_kwargs: {data_files: {test: sums.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "Question: {{question}}\nAnswer:"
doc_to_target: "{{answer}}"
generation_kwargs: {until: ["\n\n"], max_gen_toks: 24, do_sample: false}
metric_list:
  - {metric: exact_match, aggregation: mean, higher_is_better: true, ignore_case: true, ignore_punctuation: false}
filter_list:
  - name: strict-match
    filter:
      - {function: regex, regex_pattern: "The answer is (-?[0-9]+)"}
      - {function: take_first}
  - name: flexible-extract
    filter:
      - {function: regex, group_select: -1, regex_pattern: "(-?[0-9]+)"}
      - {function: take_first}
metadata: {version: 1.0}
""",
        "sums_repeats.yaml": r"""include: sums.yaml
task: sums_repeats
repeats: 3
generation_kwargs: {until: ["\n\n"], max_gen_toks: 16, do_sample: true, temperature: 0.8}
filter_list:
  - name: maj
    filter:
      - {function: regex, group_select: -1, regex_pattern: "(-?[0-9]+)"}
      - {function: majority_vote}
      - {function: take_first}
""",
        "sums_choice.yaml": r"""task: sums_choice
dataset_path: json
dataset_kwargs: {data_files: {test: sums.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "Question: {{question}}\nAnswer:"
doc_to_choice: "{{choices}}"
doc_to_target: gold
metric_list: [{metric: acc, aggregation: mean, higher_is_better: true},{metric: acc_norm, aggregation: mean, higher_is_better: true}]
metadata: {version: 1.0}
""",
    }
    import json
    for name, text in tasks.items():
        open(name, "w").write(text)
    with open("sums.jsonl", "w") as f:
        for i, (q, a) in enumerate(QUESTIONS):
            row = {"question": q, "answer": a, "id": f"q{i}", "choices": ["1", a, "100"], "gold": 1}
            f.write(json.dumps(row) + "\n")
    subprocess.check_call([
        "lm_eval", "--model", "hf", "--model_args", "pretrained=HuggingFaceTB/SmolLM2-135M-Instruct",
        "--tasks", "sums,sums_choice,sums_repeats", "--include_path", ".", "--log_samples",
        "--output_path", "logs/lm", "--batch_size", "5", "--device", "cpu"])


{"inspect": inspect, "lm_eval": lm_eval, "verifiers": verifiers, "traces": traces}[sys.argv[1]]()
