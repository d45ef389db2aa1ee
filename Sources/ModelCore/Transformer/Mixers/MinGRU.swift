import TensorCore

/// minGRU (Feng et al. 2024, arXiv 2410.01201 § 3.1): a gated linear recurrence in every channel,
/// h[t] = (1 - z[t]) · h[t-1] + z[t] · c[t] with z = σ(gate(x)) and c = candidate(x), of which it
/// returns output(h). Its memory does not grow with the sequence.
final class MinGRU: Mixer {
  static let kind = MixerKind(name: "min_gru", meaning: "A gated linear recurrence (minGRU)") {
    try MinGRU($0, &$1)
  }

  private let gate: any Layer
  private let candidate: any Layer
  private let output: any Layer
  private let channels: Int

  private init(_ site: MixerSite, _ builder: inout ParameterBuilder) throws {
    channels = site.configuration.hiddenSize
    let prefix = site.prefix + "min_gru."
    gate = try builder.linear(prefix + "gate_proj", from: channels, to: channels)
    candidate = try builder.linear(prefix + "h_proj", from: channels, to: channels)
    output = try builder.linear(
      prefix + "o_proj", from: channels, to: channels, scale: site.outputScale)
  }

  func makeMemory(slots: Int, pages: KeyValuePages, on backend: any Backend) -> Memory {
    Memory(backend.makeLastingStorage(count: slots * channels), channels: channels)
  }

  func memorySize(capacity: Int, precision: CachePrecision) -> Int {
    channels * MemoryLayout<Float>.size
  }

  /// z, c, the state before each token and the states; gate and candidate are kept with them.
  var keptCount: Int { 6 * channels }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: Memory?) throws -> Tensor {
    let tape = pass.tape
    let h = recurrence(try gate(x, tape), try candidate(x, tape), pass.layout, tape)
    if let memory {
      // The last row of a slot stays.
      for (row, slot) in pass.slots.enumerated() { memory.store(h, row: row, slot: slot) }
    }
    return try output(h, tape)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: Memory) -> Tensor {
    let h = step.inRounds(x) { x, round in
      let z = Self.sigmoid(gate(x, round.backend).values)
      let c = candidate(x, round.backend).values
      var h = [Float](repeating: 0, count: x.count)
      for (row, slot) in round.slots.enumerated() where round.positions[row] > 0 {
        h.replaceSubrange(row * channels..<(row + 1) * channels, with: memory.state(of: slot))
      }
      for index in h.indices { h[index] = Self.next(h[index], z[index], c[index]) }
      let result = round.backend.makeTensor(x.shape)
      result.fill(from: h)
      for (row, slot) in round.slots.enumerated() { memory.store(result, row: row, slot: slot) }
      return result
    }
    return output(h, step.backend)
  }

  private static func next(_ past: Float, _ z: Float, _ c: Float) -> Float {
    past + z * (c - past)
  }

  private static func sigmoid(_ values: [Float]) -> [Float] {
    ElementaryKernels.exponentials(of: values.map { -$0 }).map { 1 / (1 + $0) }
  }

  /// h of whole sequences, from gates and candidates of shape [tokens, hidden].
  private func recurrence(
    _ gate: Tensor, _ candidate: Tensor, _ layout: SequenceLayout, _ tape: Tape
  ) -> Tensor {
    let (z, c, columns) = (Self.sigmoid(gate.values), candidate.values, channels)
    // The state before each token.
    var past = [Float](repeating: 0, count: z.count)
    var h = past
    for sequence in 0..<layout.sequenceCount {
      for row in layout.rows(of: sequence) {
        for index in row * columns..<(row + 1) * columns {
          if row > layout.offsets[sequence] { past[index] = h[index - columns] }
          h[index] = Self.next(past[index], z[index], c[index])
        }
      }
    }
    let result = tape.backend.makeTensor(gate.shape)
    result.fill(from: h)
    return tape.custom(result, from: [gate, candidate]) { [past] dy, targets in
      // d loss / d h, which each token also receives from the next one.
      var dh = dy.values
      for sequence in 0..<layout.sequenceCount {
        for row in layout.rows(of: sequence).dropLast().reversed() {
          for index in row * columns..<(row + 1) * columns {
            let next = index + columns
            dh[index] += (1 - z[next]) * dh[next]
          }
        }
      }
      targets[0]?.write(dh.indices.map { dh[$0] * (c[$0] - past[$0]) * z[$0] * (1 - z[$0]) })
      targets[1]?.write(dh.indices.map { dh[$0] * z[$0] })
    }
  }

  /// The newest h of every sequence.
  final class Memory: MixerMemory {
    /// [slots, hidden]
    private let states: FloatStorage
    private let channels: Int

    init(_ states: FloatStorage, channels: Int) {
      self.states = states
      self.channels = channels
    }

    func state(of slot: Int) -> [Float] {
      states.values(in: slot * channels..<(slot + 1) * channels)
    }

    func store(_ h: Tensor, row: Int, slot: Int) {
      states.copy(from: h.storage, at: row * channels, count: channels, to: slot * channels)
    }

    func copy(slot: Int, to other: Int, length: Int) {
      states.copy(from: states, at: slot * channels, count: channels, to: other * channels)
    }

    func truncate(slot: Int, to length: Int) -> Bool { length == 0 }
  }
}
