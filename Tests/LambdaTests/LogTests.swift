import JSON
import Lambda
import Logging
import Process
import TestSupport
import Testing

struct LogTests {
    private let lines = Lines()

    @Test("A line is one JSON object with the fields that Lambda reads")
    func line() throws {
        let logger = lines.logger()
        logger.info("it was \"done\"\n", metadata: ["durationMs": .stringConvertible(12.5)])
        let line = try #require(lines.all.first)
        let stamp = try #require(line.firstMatch(of: /"timestamp":"([^"]*)"/)?.output.1)
        #expect(stamp.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(
            line.replacing(stamp, with: "T")
                == #"{"timestamp":"T","level":"INFO","message":"it was \"done\"\n","#
                + #""function":"test","durationMs":12.5}"#)
    }

    @Test(
        "A value keeps its type",
        arguments: [
            (.string("a\"b"), #""a\"b""#), (.stringConvertible(7), "7"),
            (.stringConvertible(7.5), "7.5"), (.stringConvertible(true), #""true""#),
            (.array([.string("a")]), #""[\"a\"]""#),
        ] as [(Logger.MetadataValue, String)])
    func types(value: Logger.MetadataValue, expected: String) throws {
        lines.logger().warning("m", metadata: ["key": value])
        #expect(lines.all.first?.contains(#","key":\#(expected)}"#) == true)
    }

    @Test("A hostile value stays one value of one line, and counts nothing")
    func hostile() throws {
        let count = #"{"_aws":{"CloudWatchMetrics":[{"Namespace":"SESMail/test"}]},"Done":1}"#
        for end in ["\n", "\r\n", "\u{0}", "\u{85}", "\u{2028}", #""}\#u{a}"#] {
            let value = "a\(end)\(count)\(end)"
            lines.logger().info("m", metadata: ["rule": "\(value)"])
            let line = try #require(lines.all.last)
            #expect(!line.utf8.contains { $0 < 0x20 })
            let object = try JSONValue(parsing: Array(line.utf8))
            #expect(object["rule"] == .string(value))
            #expect(object["_aws"] == nil && object["Done"] == nil)
        }
        #expect(lines.all.count == 6)
    }

    @Test("What the logger carries is in each of its lines")
    func carried() throws {
        var logger = lines.logger()
        logger[metadataKey: "requestId"] = "r1"
        logger.info("a")
        logger.info("b", metadata: ["outcome": "routed"])
        for line in lines.all {
            #expect(try JSONValue(parsing: Array(line.utf8))["requestId"] == "r1")
        }
    }

    @Test(
        "The level is one of Lambda's words in any case, and INFO where it is not set",
        arguments: [
            ("TRACE", .trace, "TRACE"), ("DEBUG", .debug, "DEBUG"), ("INFO", .info, "INFO"),
            ("WARN", .warning, "WARN"), ("ERROR", .error, "ERROR"), ("FATAL", .critical, "FATAL"),
            (nil, .info, "INFO"), ("", .info, "INFO"), ("debug", .debug, "DEBUG"),
        ] as [(String?, Logger.Level, String)])
    func levels(name: String?, level: Logger.Level, word: String) throws {
        let environment = Environment(name.map { ["AWS_LAMBDA_LOG_LEVEL": $0] } ?? [:])
        #expect(try environment.logLevel() == level)
        lines.logger().log(level: level, "m")
        #expect(lines.all.first?.contains(#""level":"\#(word)""#) == true)
    }

    @Test("An unknown level is refused by name, with the words that are known")
    func unknownLevel() {
        for name in ["WARNING", "INF0", " INFO"] {
            let error = #expect(throws: ConfigurationError.self) {
                try Environment(["AWS_LAMBDA_LOG_LEVEL": name]).logLevel()
            }
            #expect(
                error?.description
                    == "the environment variable AWS_LAMBDA_LOG_LEVEL is \"\(name)\", "
                    + "not TRACE, DEBUG, INFO, WARN, ERROR or FATAL")
        }
    }

    @Test("What is below the level is not written")
    func threshold() {
        let logger = lines.logger(level: .info)
        logger.debug("an address")
        #expect(lines.all.isEmpty)
    }

    @Test("A metric is one line in CloudWatch's embedded format, without dimensions")
    func metrics() {
        let metrics = Metrics(
            namespace: "SESMail/test", epochSeconds: { 1_737_194_400.5 }, write: lines.add)
        metrics.count(["Done": 1, "Failed": 0])
        #expect(
            lines.all == [
                #"{"_aws":{"Timestamp":1737194400500,"CloudWatchMetrics":[{"#
                    + #""Namespace":"SESMail/test","Dimensions":[[]],"Metrics":["#
                    + #"{"Name":"Done","Unit":"Count"},{"Name":"Failed","Unit":"Count"}]}]},"#
                    + #""timestamp":"2025-01-18T10:00:00.500Z","level":"INFO","#
                    + #""Done":1,"Failed":0}"#
            ])
    }

    @Test("A count that belongs to a line of the log stands behind it")
    func metricsOfLine() {
        let logger = lines.logger()
        let metrics = Metrics(namespace: "n", epochSeconds: { 0 }, write: lines.add)
        metrics.count(["Done": 1]) { logger.info("it is done") }
        #expect(lines.all.count == 2)
        #expect(lines.all[0].contains("it is done") && lines.all[1].contains(#""Done":1"#))
    }
}
