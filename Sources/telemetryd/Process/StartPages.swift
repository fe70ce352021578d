#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The pages of the program and its libraries that the start has touched: command line, configuration, schema, and
/// around each the sixteen pages that the kernel maps together. They are half of what an idle gateway has resident, and
/// nothing takes them away while there is memory.
///
/// Given back, they are the page cache's alone. What is still needed is mapped again when it runs, 64 KiB with one
/// minor fault, without a read as long as the cache has it; a page that nobody maps is the first to go when memory is
/// short. The cost is some 200 such faults in the time after, less than a millisecond of CPU in all.
package enum StartPages {
    /// Gives back what the file behind it can bring back unchanged, and returns how many mappings that were: 0 where
    /// the kernel does not say what is mapped. Blocks for some milliseconds; any thread, but only while nobody unloads
    /// a library (nothing in this process does; name service and OpenSSL keep what they load).
    @discardableResult
    package static func giveBack() -> Int {
        guard let text = try? TextFile.read("/proc/self/smaps", bytesMax: Limits.mappingsBytesMax) else { return 0 }
        // A refusal (locked memory, say) leaves things as they are.
        return Self.unchangedPages(smaps: text).count { range in
            madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED) == 0
        }
    }

    /// Addresses of the mappings of program and libraries that nobody can write to and in which no page differs from
    /// the file. Other files (a database, say) are none of ours: who has mapped them may unmap them at any moment.
    ///
    /// That a mapping cannot be written to is not enough: relocated constants lie in such ones, and a debugger's
    /// breakpoint is written into code. Thrown away, both would be what the file says. The kernel counts such pages as
    /// `Anonymous`; a mapping with one of them, or without that count, is left alone.
    package static func unchangedPages(smaps: String) -> [Range<UInt>] {
        var found: [(path: Substring, range: Range<UInt>)] = []
        var programs: Set<Substring> = []
        var candidate: (path: Substring, range: Range<UInt>)?
        for line in smaps.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 5)
            guard let first = words.first else { continue }
            if !first.hasSuffix(":") {
                candidate = nil
                // `55c0a000-55c0b000 r-xp 0076c000 fe:00 5408987   /usr/bin/telemetryd`
                guard words.count == 6, words[4] != "0", let range = Self.addresses(first) else { continue }
                let path = words[5].drop { $0 == " " }
                if words[1] == "r-xp" { programs.insert(path) }
                if words[1] == "r-xp" || words[1] == "r--p" { candidate = (path, range) }
            } else if first == "Anonymous:", let mapping = candidate {
                if words.dropFirst().first == "0" { found.append(mapping) }
                candidate = nil
            }
        }
        return found.filter { programs.contains($0.path) }.map(\.range)
    }

    private static func addresses(_ text: Substring) -> Range<UInt>? {
        let ends = text.split(separator: "-").map { UInt($0, radix: 16) }
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
        return start..<end
    }
}
