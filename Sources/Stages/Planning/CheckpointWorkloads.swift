import ModelCore
import PipelineCore
package import Reasoning

/// The work of a model in files, for benchmarks: a training step of 8 × 256 tokens, reading a
/// prompt of 512, and sampling 128 tokens after each of some prompts of 32.
package struct CheckpointWorkloads {
  private let path: String
  private let model: ModelDescription

  /// Reads the description of a model: a Hugging Face folder, or a GGUF file.
  /// - Throws: `StageFailure` if the files are not a model.
  package init(path: String) throws {
    self.path = path
    do {
      model = try ModelDescription(folder: path)
    } catch {
      throw StageFailure(GGUFModel.isFile(path) ? error.inWords : error.sentence(folder: path))
    }
  }

  /// The workloads in the order of `BenchmarkKind`, one of sampling for each number of sequences.
  package func workloads(sequences: [Int]) -> [Workload] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let vocabularySize = model.vocabularySize
    let works: [(String, Workload.Work)] =
      [
        (name, .training(sequences: 8, length: 256, vocabularySize: vocabularySize)),
        (name, .reading(length: 512, vocabularySize: vocabularySize)),
      ]
      + sequences.map {
        ("\(name) \($0)", .sampling(sequences: $0, newTokens: 128, vocabularySize: vocabularySize))
      }
    return works.map { [path] name, work in
      let use: WeightUse = if case .training = work { .trained } else { .onlyRead }
      return Workload(
        name: name, model: model.configuration, vocabularySize: vocabularySize,
        format: ResponseFormats.standard,
        weights: { try ModelFolder(path: path, memory: MachineMemory.size, for: use).model },
        work: work)
    }
  }
}
