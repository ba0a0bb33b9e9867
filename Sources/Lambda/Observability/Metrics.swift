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
        var directive = JSONObject()
        directive.add("Namespace", namespace)
        directive.add("Dimensions", verbatim: "[[]]")
        directive.add("Metrics", array: counts.map { Metrics.definition($0.key) })
        var embedding = JSONObject()
        embedding.add("Timestamp", Int(now * 1000))
        embedding.add("CloudWatchMetrics", array: [directive])
        var line = JSONObject()
        line.add("_aws", embedding)
        // Without these two, Lambda's level filter takes the line for something else.
        line.add("timestamp", WallClock.rfc3339(epochSeconds: now))
        line.add("level", "INFO")
        for (name, count) in counts { line.add(name.rawValue, count) }
        write(line.text)
    }

    private static func definition(_ name: MetricName) -> JSONObject {
        var definition = JSONObject()
        definition.add("Name", name.rawValue)
        definition.add("Unit", "Count")
        return definition
    }
}

/// What is counted? A function extends this with its own names.
package struct MetricName: Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(stringLiteral name: String) {
        rawValue = name
    }
}
