internal import JSON

/// How is something counted? One line in CloudWatch's embedded metric format, without dimensions:
/// the alarms and the documented commands ask for none
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
package struct Metrics {
    private let namespace: String
    private let epochSeconds: () -> Double
    private let write: (String) -> Void

    package init(
        namespace: String, epochSeconds: @escaping () -> Double = WallClock.epochSeconds,
        write: @escaping (String) -> Void = StandardOutput.write
    ) {
        self.namespace = namespace
        self.epochSeconds = epochSeconds
        self.write = write
    }

    /// Counts, each under its name. Zeros are written too: they make an alarm's graph continuous.
    package func count(_ counts: KeyValuePairs<MetricName, Int>) {
        let now = epochSeconds()
        var line = JSONWriter(capacity: 1024)
        line.object { line in
            line.name("_aws")
            line.object { embedding in
                embedding.member("Timestamp", Int(now * 1000))
                embedding.name("CloudWatchMetrics")
                embedding.array { $0.object { directive(counts, to: &$0) } }
            }
            // Without these two, Lambda's level filter takes the line for something else.
            line.member("timestamp", WallClock.rfc3339(epochSeconds: now))
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

/// What is counted? A function extends this with its own names.
package struct MetricName: Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(stringLiteral name: String) {
        rawValue = name
    }
}
