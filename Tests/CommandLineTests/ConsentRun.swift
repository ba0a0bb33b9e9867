import Foundation
import HTTP
import JSON
import TestSupport
import Text

/// `ses-mail gmail authorize` while it waits for a person; the test plays person and browser.
final class ConsentRun {
    /// The page at which a person would consent.
    let page: String
    /// What the page's address asks.
    let question: [String: String]
    private let authority: String?
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let complaint = Pipe()
    private var heard = ""

    struct Outcome {
        let status: Int32
        let output: String
        let complaint: String

        /// The one sentence, after what was shown while a person was asked.
        var sentence: String {
            complaint.split(separator: "\n").last { $0.hasPrefix("ses-mail: ") }.map(String.init)
                ?? ""
        }
    }

    struct NeverAsked: Error, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: [String], environment: [String: String]) throws {
        authority = environment["SSL_CERT_FILE"]
        process.executableURL = Repository.products.appending(path: "ses-mail")
        // Whatever goes wrong, it ends.
        process.arguments =
            arguments + (arguments.contains("--timeout") ? [] : ["--timeout", "30"])
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = complaint
        try process.run()
        var heard = ""
        while true {
            let more = complaint.fileHandleForReading.availableData
            heard += String(decoding: more, as: UTF8.self)
            if heard.contains("press Return.\n") { break }
            guard !more.isEmpty else {
                process.waitUntilExit()
                throw NeverAsked(description: "\(process.terminationStatus): \(heard)")
            }
        }
        self.heard = heard
        page =
            heard.split(separator: "\n").first { $0.contains("?client_id=") }
            .map(String.init) ?? ""
        question = FakeGoogle.form(page.split(separator: "?").last.map(String.init) ?? "")
    }

    var port: UInt16 {
        redirect.split(separator: ":").last.flatMap { UInt16($0.prefix { $0 != "/" }) } ?? 0
    }
    var redirect: String { question["redirect_uri"] ?? "" }
    var state: String { question["state"] ?? "" }

    /// Where Google sends the browser to.
    func back(_ fields: String) -> String { "\(redirect)?\(fields)" }
    var consented: String {
        back(PercentEncoding.form(["state": state, "code": GmailBench.code, "scope": "x"]))
    }

    /// What the browser shows there.
    func browse(
        _ url: String, _ method: HTTPMethod = .get, cookie: String? = nil
    ) throws -> HTTPResponse {
        try World.client(trusting: authority).send(
            HTTPRequest(
                method, url, headers: cookie.map { ["Cookie": $0] } ?? [:],
                name: CallName("browser", "get")))
    }

    func type(_ line: String) {
        input.fileHandleForWriting.write(Data("\(line)\n".utf8))
    }

    func endInput() throws {
        try input.fileHandleForWriting.close()
    }

    /// Waits until the program has ended.
    func outcome() -> Outcome {
        let rest = complaint.fileHandleForReading.readDataToEndOfFile()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
            complaint: heard + String(decoding: rest, as: UTF8.self))
    }
}
