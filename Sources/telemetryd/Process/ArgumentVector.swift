#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A program's arguments as C wants them: copies of the words, and a null pointer after the last.
struct ArgumentVector: ~Copyable {
    private var pointers: [UnsafeMutablePointer<CChar>?]

    init(_ words: [String]) {
        self.pointers = words.map { (word: String) -> UnsafeMutablePointer<CChar>? in strdup(word) }
        self.pointers.append(nil)
    }

    deinit {
        for pointer in self.pointers { free(pointer) }
    }

    /// Starts the program. Returns `posix_spawn`'s code and the child's number.
    func spawn(_ program: String, actions: UnsafePointer<posix_spawn_file_actions_t>? = nil) -> (CInt, pid_t) {
        var child: pid_t = 0
        let code = posix_spawn(&child, program, actions, nil, self.pointers, environ)
        return (code, child)
    }

    /// Becomes the program. Returns only if that fails, with `errno`.
    func become(_ program: String) {
        execv(program, self.pointers)
    }
}
