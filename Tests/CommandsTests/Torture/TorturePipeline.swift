import TestSupport

/// A pipeline with every stage kind at its smallest size. Most of its time is spent starting,
/// saving and committing, which are the moments to test kills at.
let torturePipeline =
  smallestPipeline + """

      own:
        kind: data
        inputs: {files: {train: {file: own.jsonl}}}
      theirs:
        kind: import
        inputs: {logs: {test: {file: samples.jsonl}}}
      sorted:
        kind: command
        inputs: {own: own, script: {file: sort.sh}}
        command: [sh, "{inputs.script}", "{inputs.own}/splits/train.jsonl", "{output}/splits"]
        outputs: [splits/train.jsonl]
        type: problems
    """

/// Overrides that make the samples depend on the program, and that save often.
let tortureOverrides = [
  "samples.inputs.problems=sorted", "base.train.max_steps=8", "rl.train.max_steps=6",
].flatMap { ["--set", $0] }

/// The outside files that the pipeline uses, by name.
let tortureFiles = [
  "own.jsonl": (1...6).map { "{\"prompt\":\"\($0)+\(7 - $0)=?\",\"answer\":7}\n" }.joined(),
  "samples.jsonl": (1...4).map {
    #"{"doc_id": \#($0), "arguments": [["\#($0)+1=?"]], "resps": [["\#($0 + 1)"]], "#
      + #""target": "2", "acc": \#($0 == 1 ? 1 : 0)}"# + "\n"
  }.joined(),
  // The script is slow enough to be killed while it runs, and has a child process.
  "sort.sh": """
  mkdir -p "$2"
  for part in 1 2 3 4; do echo "part $part"; sleep 0.02; done
  sort -r "$1" >"$2/train.jsonl"
  """,
]
