import TensorCore
import Testing

@Suite struct `Every operation` {
  @Test(arguments: DeclaredOperation.all)
  func `has a derivative that central differences in double precision confirm`(
    declared: DeclaredOperation
  ) throws {
    let frozen = try FrozenOperation(declared)
    let inputs = frozen.inputs
    let derivative = declared.derivative(inputs, frozen.seed)
    let step = 1e-5
    for (position, input) in inputs.enumerated() {
      var varied = inputs
      func projected(_ index: Int, _ value: Double) -> Double {
        varied[position].values[index] = value
        return zip(declared.formula(varied).values, frozen.seed.values).reduce(0) {
          $0 + $1.0 * $1.1
        }
      }
      for (index, value) in input.values.enumerated() {
        let difference =
          (projected(index, value + step) - projected(index, value - step)) / (2 * step)
        varied[position].values[index] = value
        let expected = derivative[position].values[index]
        #expect(
          abs(difference - expected) <= 1e-7 * max(1, abs(expected)),
          "\(declared.inputs[position].name)[\(index)]: \(expected), by differences \(difference)")
      }
    }
  }

  @Test(arguments: DeclaredOperation.all, MatrixNumerics.allCases)
  func `agrees with its formula in double precision`(
    declared: DeclaredOperation, numerics: MatrixNumerics
  ) throws {
    let frozen = try FrozenOperation(declared)
    try expect(
      declared, frozen, numerics, output: declared.formula(frozen.inputs),
      gradients: declared.derivative(frozen.inputs, frozen.seed))
  }

  @Test(arguments: DeclaredOperation.all, MatrixNumerics.allCases)
  func `gives PyTorch's output and gradients`(
    declared: DeclaredOperation, numerics: MatrixNumerics
  ) throws {
    let frozen = try FrozenOperation(declared)
    try expect(declared, frozen, numerics, output: frozen.output, gradients: frozen.gradients)
  }

  @Test func `is declared here`() throws {
    let declared = Set(DeclaredOperation.all.map(\.operation))
    for operation in TapeOperation.allCases {
      #expect(declared.contains(operation), "\(operation.rawValue) has no declaration")
    }
    #expect(Set(DeclaredOperation.all.map(\.name)).count == DeclaredOperation.all.count)
  }

  @Test(arguments: DeclaredOperation.all)
  func `is recorded once, under its name`(declared: DeclaredOperation) throws {
    let tape = Tape(backend: CPUBackend())
    _ = try declared.call(tape, FrozenOperation(declared).tensors)
    #expect(tape.recordedOperations == [declared.operation])
  }

  /// Expects the library's output and every gradient to be within the tolerance, on every kernel
  /// variant.
  private func expect(
    _ declared: DeclaredOperation, _ frozen: FrozenOperation, _ numerics: MatrixNumerics,
    output: Matrix, gradients: [Matrix], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try onEveryKernelVariant { variant in
      let tensors = frozen.tensors
      let tape = Tape(backend: CPUBackend(numerics: numerics))
      let found = try declared.call(tape, tensors)
      try tape.backward(from: found, seed: frozen.seed.values.map { Float($0) })
      let tolerance =
        [.bf16, .bf16AMX].contains(numerics)
        ? declared.narrowTolerance ?? declared.tolerance : declared.tolerance
      expectClose(
        found.values, output.values, tolerance.output, "\(declared.name), \(variant)",
        sourceLocation: sourceLocation)
      for (index, tensor) in tensors.enumerated() {
        expectClose(
          tensor.gradientValues, gradients[index].values, tolerance.gradient,
          "\(declared.name), \(variant), gradient of \(declared.inputs[index].name)",
          sourceLocation: sourceLocation)
      }
    }
  }

  private func expectClose(
    _ found: [Float], _ expected: [Double], _ tolerance: Tolerance, _ what: String,
    sourceLocation: SourceLocation
  ) {
    TensorCoreTests.expectClose(
      found, expected, absolute: tolerance.absolute, relative: tolerance.relative, what,
      sourceLocation: sourceLocation)
  }
}
