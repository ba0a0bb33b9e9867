internal import JSON
internal import Mail

/// The sender and the recipients of the test's mails, and how long each step may take.
struct TestSettings: Equatable {
    var from: String
    var testDomain: String
    var gmailTarget: String
    var waits = Waits()

    /// The longest waits in seconds.
    struct Waits: Equatable {
        /// From sending until the router has decided.
        var queueWait = 60
        /// Until X-Ray knows the trace, which takes a minute.
        var xrayTrace = 120
        /// From the decision until a handler has finished.
        var pipelineProcessing = 30
    }

    /// A configuration file: `scripts/test_config.json`, unless another is named.
    struct File {
        /// The name in a sentence about a missing setting.
        let path: String
        private let section: JSONValue?

        static let standardPath = "scripts/test_config.json"

        init(path: String, environment: EnvironmentName) throws {
            self.path = path
            let bytes = try TextFile.bytes(path: path)
            do {
                let document = try JSONValue(parsing: bytes)
                section = document["environments"]?[environment.rawValue]
            } catch {
                throw Failure(.usage, "The file \(path) is \(error).")
            }
        }

        init() {
            path = File.standardPath
            section = nil
        }

        func text(_ name: String) -> String? { section?[name]?.string }

        func waits() throws -> Waits {
            var waits = Waits()
            let given = section?["timeout_settings"]
            for (name, path) in [
                ("queue_wait", \Waits.queueWait), ("xray_trace", \Waits.xrayTrace),
                ("pipeline_processing", \Waits.pipelineProcessing),
            ] {
                guard let value = given?[name] else { continue }
                guard let seconds = value.integer, (0...3600).contains(seconds) else {
                    throw Failure(
                        .usage, "timeout_settings.\(name) is a number of seconds, 3600 at most.")
                }
                waits[keyPath: path] = seconds
            }
            return waits
        }
    }

    /// An option takes precedence over the file.
    init(from: String?, testDomain: String?, gmailTarget: String?, file: File) throws {
        func value(_ option: String?, _ name: String, _ flag: String) throws -> String {
            guard let value = option ?? file.text(name) else {
                throw Failure(
                    .usage, "Give \(flag), or set \(name) in \(file.path).")
            }
            return value
        }
        self.from = try value(from, "from_address", "--from")
        self.testDomain = try value(testDomain, "test_domain", "--test-domain")
        self.gmailTarget = try value(gmailTarget, "gmail_target", "--gmail-target")
        waits = try file.waits()
        for (address, flag) in [
            (self.from, "--from"), (self.gmailTarget, "--gmail-target"),
            ("any@\(self.testDomain)", "--test-domain"),
        ] where EmailAddress(strict: address) == nil {
            throw Failure(.usage, "\(flag) does not make a mail address: \(address.printable)")
        }
    }
}
