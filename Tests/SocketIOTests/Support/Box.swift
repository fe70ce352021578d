/// Holds a value that `#expect` may change: the macro itself captures values as constants.
final class Box<Value> {
    private(set) var value: Value

    init(_ value: Value) { self.value = value }

    func mutate<Result>(_ body: (inout Value) -> Result) -> Result { body(&self.value) }
}
