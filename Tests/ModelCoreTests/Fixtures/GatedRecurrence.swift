import ModelCore
import TensorCore

/// A mixer that is not part of the package: h[t] = a · h[t-1] + (1 - a) · x[t] in every channel,
/// with a = sigmoid(gate), and a linear map of h. It uses only the protocol `Mixer`.
final class GatedRecurrence: Mixer {
  static let kind = MixerKind(name: "recurrent", meaning: "A gated linear recurrence") {
    try GatedRecurrence($0, &$1)
  }

  private let gate: Tensor
  private let output: any Layer

  private init(_ site: MixerSite, _ builder: inout ParameterBuilder) throws {
    let channels = site.configuration.hiddenSize
    gate = try builder.add(site.prefix + "recurrence.gate", shape: [channels], .normal(1))
    output = try builder.linear(
      site.prefix + "recurrence.o_proj", from: channels, to: channels,
      scale: site.outputScale)
  }

  func makeMemory(slots: Int, pages: KeyValuePages, on backend: any Backend) -> Memory {
    Memory(backend.makeLastingStorage(count: slots * gate.count), channels: gate.count)
  }

  func memorySize(capacity: Int, precision: CachePrecision) -> Int {
    gate.count * MemoryLayout<Float>.size
  }

  var keptCount: Int { 0 }

  func forward(_ x: Tensor, in pass: ForwardPass, memory: Memory?) throws -> Tensor {
    let h = recurrence(x, pass.layout, pass.tape)
    if let memory {
      for (row, slot) in pass.slots.enumerated() { memory.store(h, row: row, slot: slot) }
    }
    return try output(h, pass.tape)
  }

  func step(_ x: Tensor, in step: DecodeStep, memory: Memory) -> Tensor {
    let keep = kept
    let h = step.inRounds(x) { x, round in
      let h = round.backend.makeTensor(x.shape)
      for (row, slot) in round.slots.enumerated() {
        for channel in keep.indices {
          let past = round.positions[row] == 0 ? 0 : memory.states[slot * keep.count + channel]
          let index = row * keep.count + channel
          h.storage[index] = Self.next(past, x.storage[index], keep[channel])
        }
        memory.store(h, row: row, slot: slot)
      }
      return h
    }
    return output(h, step.backend)
  }

  /// The factor a of every channel.
  private var kept: [Float] {
    gate.values.map { Float(1 / (1 + DeterministicMath.exponential(-Double($0)))) }
  }

  private static func next(_ past: Float, _ x: Float, _ a: Float) -> Float {
    a * past + (1 - a) * x
  }

  private func recurrence(_ x: Tensor, _ layout: SequenceLayout, _ tape: Tape) -> Tensor {
    let keep = kept
    let columns = keep.count
    let h = tape.backend.makeTensor(x.shape)
    for sequence in 0..<layout.sequenceCount {
      let rows = layout.rows(of: sequence)
      for row in rows {
        for channel in 0..<columns {
          let index = row * columns + channel
          let past = row == rows.lowerBound ? 0 : h.storage[index - columns]
          h.storage[index] = Self.next(past, x.storage[index], keep[channel])
        }
      }
    }
    return tape.custom(h, from: [x, gate]) { dy, targets in
      for channel in 0..<columns {
        let a = keep[channel]
        var gateSum = targets[1].map { $0.accumulating ? $0.storage[channel] : 0 } ?? 0
        for sequence in 0..<layout.sequenceCount {
          let rows = layout.rows(of: sequence)
          var dh = [Float](repeating: 0, count: rows.count + 1)
          for row in rows.reversed() {
            let (place, index) = (row - rows.lowerBound, row * columns + channel)
            dh[place] = dy[index] + a * dh[place + 1]
          }
          for row in rows {
            let (place, index) = (row - rows.lowerBound, row * columns + channel)
            if let target = targets[0] {
              let there = target.accumulating ? target.storage[index] : 0
              target.storage[index] = there + (1 - a) * dh[place]
            }
            let past = place == 0 ? 0 : h.storage[index - columns]
            gateSum += dh[place] * (past - x.storage[index]) * a * (1 - a)
          }
        }
        targets[1]?.storage[channel] = gateSum
      }
    }
  }

  /// The newest h of every sequence.
  final class Memory: MixerMemory {
    let states: FloatStorage
    let channels: Int

    init(_ states: FloatStorage, channels: Int) {
      self.states = states
      self.channels = channels
    }

    func store(_ h: Tensor, row: Int, slot: Int) {
      for channel in 0..<channels {
        states[slot * channels + channel] = h.storage[row * channels + channel]
      }
    }

    func copy(slot: Int, to other: Int, length: Int) {
      for channel in 0..<channels {
        states[other * channels + channel] = states[slot * channels + channel]
      }
    }

    func truncate(slot: Int, to length: Int) -> Bool { length == 0 }
  }
}
