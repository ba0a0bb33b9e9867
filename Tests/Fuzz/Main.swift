import Foundation

/// The way in from libFuzzer, and the modes of `scripts/fuzz`: `FUZZ_PREPARE` writes seeds and
/// dictionaries; `FUZZ_OUTPUT` writes what Python is to read; `FUZZ_GROWTH` measures.
private let mode = ProcessInfo.processInfo.environment
private let target = FuzzTarget.all.first { $0.name == mode["FUZZ_TARGET"] }

@_cdecl("LLVMFuzzerInitialize")
func initialize(_: UnsafeMutableRawPointer, _: UnsafeMutableRawPointer) -> Int32 {
    if let folder = mode["FUZZ_PREPARE"] {
        do {
            for target in FuzzTarget.all { try prepare(target, in: URL(filePath: folder)) }
            exit(0)
        } catch {
            fatalError("The seeds cannot be written: \(error)")
        }
    }
    precondition(target != nil, "FUZZ_TARGET names no target")
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let target else { return -1 }
    let input = FuzzInput(Array(UnsafeBufferPointer(start: start, count: count)))
    if mode["FUZZ_GROWTH"] != nil {
        // An empty file stands for the inputs that the target itself makes.
        let growth = Growth(target: target)
        input.bytes.isEmpty ? growth.check() : growth.check(input)
        return 0
    }
    let output = target.check(input)
    if let folder = mode["FUZZ_OUTPUT"], let output {
        let file = URL(filePath: folder).appending(path: UUID().uuidString)
        do {
            try Data(output).write(to: file)
        } catch {
            fatalError("The output cannot be written: \(error)")
        }
    }
    return 0
}

/// Writes a target's seeds, each in a file, its dictionary, and a mark where mails are seeds too.
private func prepare(_ target: FuzzTarget, in folder: URL) throws {
    let seeds = folder.appending(path: "\(target.name)/seeds")
    try FileManager.default.createDirectory(at: seeds, withIntermediateDirectories: true)
    for (number, seed) in target.seeds.enumerated() {
        try Data(seed).write(to: seeds.appending(path: "\(number)"))
    }
    let words = target.words + ["\r\n", "\n", "\u{301}", "\u{212A}", "\u{600}", "\0", "\u{2028}"]
    let lines = words.map { Array($0.utf8) } + [[FuzzInput.separator]]
    let dictionary = lines.map { word in
        "\"\(word.map { String(format: "\\x%02x", $0) }.joined())\"\n"
    }
    try dictionary.joined().write(
        to: folder.appending(path: "\(target.name)/dictionary"), atomically: true, encoding: .utf8)
    if target.takesMails {
        try Data().write(to: folder.appending(path: "\(target.name)/takes-mails"))
    }
}
