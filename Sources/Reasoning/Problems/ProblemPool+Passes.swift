package import TensorCore

extension ProblemPool {
  /// Returns the problems of a step in shuffled passes over the open problems; nil for a pool with
  /// a balance, from which each problem is sampled independently.
  /// - Parameters:
  ///   - step: counted from 0.
  ///   - count: problems per step.
  ///   - purpose: names the random numbers of the orders.
  package func inPasses(
    at step: Int, count: Int, maxDifficulty: Int = .max, seed: UInt64, purpose: String
  ) -> [Problem]? {
    guard balance.isEmpty else { return nil }
    return ShuffledPasses(
      open(upTo: maxDifficulty), seed: seed, purpose: purpose, count: count
    ).elements(at: step)
  }

  /// Samples problems with different prompts, so that one step never samples a prompt twice.
  ///
  /// - Parameters:
  ///   - step: counted from 0. The draws of its first batch depend only on it and the seed.
  ///   - seen: prompts that the step has already sampled; those sampled now are added.
  ///   - stream: of the step.
  /// - Returns: fewer than wanted only if the pool has no more.
  package func drawDistinct(
    _ wanted: Int, at step: Int, seed: UInt64, beside seen: inout Set<ExactText>,
    using stream: inout RandomStream
  ) -> [Problem] {
    guard balance.isEmpty else { return drawDistinct(wanted, beside: &seen, using: &stream) }
    let all = all
    var places = DistinctPasses(
      elementCount: all.count, seed: seed, purpose: "rl.passes", count: wanted
    ).places(at: step)
    if !seen.isEmpty {
      // A step that filters its groups needs further batches; the passes cover only first batches.
      places = Array(all.indices)
      stream.shuffle(&places)
    }
    var drawn: [Problem] = []
    for place in places where drawn.count < wanted {
      if seen.insert(ExactText(all[place].prompt)).inserted { drawn.append(all[place]) }
    }
    return drawn
  }
}

/// Shuffled passes in which no step has an element twice, even if a pass ends within it.
///
/// A step's places depend only on the seed and the step. If a step takes the end of one pass and
/// the beginning of the next, the next pass begins with elements that were not in that end. Which
/// elements those are depends on the passes before, back to one that began at the start of a step.
/// Pass p begins at the position p n, so with steps of k that is every k / gcd(n, k) passes.
package struct DistinctPasses {
  private let elementCount: Int
  private let seed: UInt64
  private let purpose: String
  private let count: Int

  /// Creates the passes.
  /// - Parameter count: elements per step; if there are fewer, a step has all of them.
  package init(elementCount: Int, seed: UInt64, purpose: String, count: Int) {
    self.elementCount = elementCount
    self.seed = seed
    self.purpose = purpose
    self.count = min(count, elementCount)
  }

  /// Returns the elements' places for a step.
  /// - Parameter step: counted from 0.
  package func places(at step: Int) -> [Int] {
    guard count > 0 else { return [] }
    let first = step * count
    let pass = first / elementCount
    let order = order(of: pass)
    let start = first - pass * elementCount
    let places = Array(order[start...].prefix(count))
    guard places.count < count else { return places }
    return places + following(order, pass + 1).prefix(count - places.count)
  }

  private func order(of pass: Int) -> [Int] {
    let cycle = count / elementCount.greatestCommonDivisor(with: count)
    var current = pass - pass % cycle
    var order = shuffled(current)
    while current < pass {
      current += 1
      order = following(order, current)
    }
    return order
  }

  /// Returns the order of a pass, given the order of the pass before.
  private func following(_ before: [Int], _ pass: Int) -> [Int] {
    let tail = pass * elementCount % count
    guard tail > 0 else { return shuffled(pass) }
    let taken = Set(before.suffix(tail))
    var head: [Int] = []
    var rest: [Int] = []
    for place in shuffled(pass) {
      if head.count < count - tail, !taken.contains(place) {
        head.append(place)
      } else {
        rest.append(place)
      }
    }
    return head + rest
  }

  private func shuffled(_ pass: Int) -> [Int] {
    var order = Array(0..<elementCount)
    var stream = RandomStream(seed: seed, purpose: purpose, UInt64(pass))
    stream.shuffle(&order)
    return order
  }
}
