import Fields
import Foundation
import ModelCore

// Encodes the lines of a file, for bench/tokenizers/compare.py:
//
//     encode TOKENIZER.json LINES.json IDS.jsonl
//
// Every line of output is the ids of a line, the same without and with special tokens, and the text
// of the first. Standard error has the seconds of loading and the speed of one thread.

/// The processor time of this process, in seconds.
func seconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
  report("usage: encode TOKENIZER.json LINES.json IDS.jsonl")
  exit(64)
}
var start = seconds()
let tokenizer = try TokenizerFile.read(
  try Data(contentsOf: URL(fileURLWithPath: arguments[1])), file: arguments[1])
report("load \(seconds() - start)")
let written = try JSONText(parsing: try Data(contentsOf: URL(fileURLWithPath: arguments[2])))
let lines = (written.arrayValue ?? []).compactMap(\.stringValue)
let bytes = lines.reduce(0) { $0 + $1.utf8.count }
var ids: [[Int32]] = []
for round in 1...3 {
  start = seconds()
  ids = try lines.map { try tokenizer.encode($0) }
  report("encode \(round) \(Double(bytes) / (seconds() - start) / 1e6) MB/s")
}
start = seconds()
let texts = ids.map { tokenizer.decode($0) }
report("decode \(Double(bytes) / (seconds() - start) / 1e6) MB/s")
var output = ""
for (line, text) in zip(lines.indices, texts) {
  let plain = try tokenizer.encode(lines[line], addSpecial: false, parseSpecial: false)
  let added = try tokenizer.encode(lines[line], addSpecial: true, parseSpecial: true)
  let members = [ids[line], plain, added].map { JSONText.array($0.map { .int(Int($0)) }) }
  output += JSONText.array(members + [.string(text)]).compact + "\n"
}
try output.write(toFile: arguments[3], atomically: true, encoding: .utf8)
