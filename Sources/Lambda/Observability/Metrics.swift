internal import JSON
internal import Text
package import Process

/// Counts, one line each in CloudWatch's embedded metric format, without dimensions: the alarms
/// and the documented commands ask for none
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
package struct Metrics {
    private let namespace: String
    private let epochSeconds: () -> Double
    private let write: (String) -> Void
    private let inOneWrite: (() -> Void) -> Void

    /// Counts on the process's output.
    package init(namespace: String, output: StandardOutput) {
        self.init(
            namespace: namespace, epochSeconds: WallClock.epochSeconds, write: output.write,
            inOneWrite: output.inOneWrite)
    }

    package init(
        namespace: String, epochSeconds: @escaping () -> Double,
        write: @escaping (String) -> Void,
        inOneWrite: @escaping (() -> Void) -> Void = { $0() }
    ) {
        self.namespace = namespace
        self.epochSeconds = epochSeconds
        self.write = write
        self.inOneWrite = inOneWrite
    }

    /// Counts, each under its name, in one system call with the line that `log` writes before.
    package func count(_ counts: KeyValuePairs<MetricName, Int>, _ log: () -> Void) {
        inOneWrite {
            log()
            count(counts)
        }
    }

    /// Counts, each under its name. Zeros are written too: they make an alarm's graph continuous.
    package func count(_ counts: KeyValuePairs<MetricName, Int>) {
        let now = Int((epochSeconds() * 1000).rounded(.down))
        var line = JSONWriter(capacity: 1024)
        line.object { line in
            line.name("_aws")
            line.object { embedding in
                embedding.member("Timestamp", now)
                embedding.name("CloudWatchMetrics")
                embedding.array { $0.object { directive(counts, to: &$0) } }
            }
            // Without these two, Lambda's level filter takes the line for something else.
            line.member("timestamp", UTCTime(epochMilliseconds: now).rfc3339Milliseconds)
            line.member("level", "INFO")
            for (name, count) in counts { line.member(name.rawValue, count) }
        }
        write(line.text)
    }

    private func directive(
        _ counts: KeyValuePairs<MetricName, Int>, to directive: inout JSONWriter
    ) {
        directive.member("Namespace", namespace)
        directive.member("Dimensions", [[]])
        directive.name("Metrics")
        directive.array { metrics in
            for (name, _) in counts {
                metrics.object {
                    $0.member("Name", name.rawValue)
                    $0.member("Unit", "Count")
                }
            }
        }
    }
}

/// The name of something that is counted. A function extends this with its own names.
package struct MetricName: Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(stringLiteral name: String) {
        rawValue = name
    }
}
