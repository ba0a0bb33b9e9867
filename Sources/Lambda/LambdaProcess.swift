package import HTTP
package import Logging
package import Process

/// A function's process on Lambda: its clients, its log and its metrics, and the one way to run it.
package struct LambdaProcess {
    package let environment: Environment
    private let http: any HTTPClient
    package let current: CurrentInvocation
    package let logger: Logger
    package let tracer: Tracer
    /// The time of day, in seconds since 1970.
    package let epochSeconds: () -> Double
    /// The limits of waiting below the handler: no call and no pause outlives the invocation.
    package let pacing: Pacing

    /// Metrics go to `SESMail/{ENVIRONMENT}`.
    package let metrics: Metrics

    /// The process's only HTTP client, every call traced.
    package func tracedHTTP(_ namespace: Subsegment.Namespace) -> TracedClient {
        TracedClient(http, tracer: tracer, current: current, namespace: namespace)
    }

    /// Opens a connection to each of these hosts before the first event, so that no event pays for
    /// it; `SES_MAIL_PREWARM=0` turns that off. A host that is not reached changes nothing: the
    /// event that needs it opens the connection.
    package func openConnections(to urls: [String]) throws(ConfigurationError) {
        guard try environment.flag("SES_MAIL_PREWARM", default: true),
            let http = http as? CurlClient
        else { return }
        for failure in http.warm(urls) {
            logger.debug("a connection was not opened early", metadata: ["reason": "\(failure)"])
        }
    }

    /// Runs the process: configures it, then answers events until there are no more. A
    /// configuration error is reported to Lambda, and ends the process with status 1.
    package static func run(
        function: String, makeHandler: (LambdaProcess) throws -> Handler
    ) -> Never {
        OwnProcess.ignoreBrokenPipes()
        let environment = Environment.process
        let output = StandardOutput()
        let logger = Logger(label: function) { _ in
            // `try?`: an unknown level is reported below, with every other wrong variable.
            let level = (try? environment.logLevel()) ?? .info
            return JSONLogHandler(function: function, level: level, write: output.write)
        }
        guard let address = environment.optional("AWS_LAMBDA_RUNTIME_API") else {
            logger.critical("AWS_LAMBDA_RUNTIME_API is not set: this runs on Lambda only")
            OwnProcess.exit(1)
        }
        let http = CurlClient(
            roots: .function,
            warn: { sentence in
                logger.warning(
                    "other root certificates are used", metadata: ["reason": "\(sentence)"])
            })
        let api = RuntimeAPI(http, address: address)
        let current = CurrentInvocation()
        let handler: Handler
        do {
            let process = try LambdaProcess(
                environment: environment, http: http, current: current, logger: logger,
                output: output)
            handler = try makeHandler(process)
        } catch {
            let failure = RuntimeAPI.Failure(error)
            logger.critical("the function cannot start", metadata: ["reason": "\(failure.message)"])
            // Lambda sees the exit status too: a report that does not arrive changes nothing.
            try? api.failInitialization(failure)
            OwnProcess.exit(1)
        }
        do {
            try RuntimeLoop(api: api, current: current, logger: logger).run(handler)
            OwnProcess.exit(0)
        } catch {
            logger.critical("the process ends", metadata: ["reason": "\(error)"])
            OwnProcess.exit(1)
        }
    }

    private init(
        environment: Environment, http: CurlClient, current: CurrentInvocation, logger: Logger,
        output: StandardOutput
    ) throws(ConfigurationError) {
        // Two events at once in one process would share its claims, its spool and its trace.
        let concurrency = try environment.positive("AWS_LAMBDA_MAX_CONCURRENCY", default: 1)
        guard concurrency == 1 else {
            throw .invalid(
                "AWS_LAMBDA_MAX_CONCURRENCY", value: String(concurrency),
                expected: "1, the only concurrency that this runtime has")
        }
        _ = try environment.logLevel()
        self.init(
            environment: environment, http: http, current: current, logger: logger,
            metrics: Metrics(
                namespace: "SESMail/\(try environment.required("ENVIRONMENT"))", output: output),
            tracer: Tracer(daemonAddress: environment.optional("AWS_XRAY_DAEMON_ADDRESS")),
            epochSeconds: WallClock.epochSeconds, pacing: Pacing(secondsLeft: current.secondsLeft))
    }

    /// A process of these parts, which need not be on Lambda.
    package init(
        environment: Environment, http: any HTTPClient, current: CurrentInvocation, logger: Logger,
        metrics: Metrics, tracer: Tracer, epochSeconds: @escaping () -> Double, pacing: Pacing
    ) {
        self.environment = environment
        self.http = http
        self.current = current
        self.logger = logger
        self.metrics = metrics
        self.tracer = tracer
        self.epochSeconds = epochSeconds
        self.pacing = pacing
    }
}
