package import HTTP
internal import Process

/// Reports every call to X-Ray, and passes the trace on to an AWS service.
package struct TracedClient: HTTPClient {
    private let upstream: any HTTPClient
    private let tracer: Tracer
    private let current: CurrentInvocation
    private let namespace: Subsegment.Namespace

    package init(
        _ upstream: any HTTPClient, tracer: Tracer, current: CurrentInvocation,
        namespace: Subsegment.Namespace
    ) {
        self.upstream = upstream
        self.tracer = tracer
        self.current = current
        self.namespace = namespace
    }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        guard let trace = current.trace, let root = trace.root, trace.isSampled else {
            return try upstream.send(request)
        }
        let id = Subsegment.newID()
        var traced = request
        if namespace == .aws {
            // SigV4 leaves this field unsigned, so it may come after the signature.
            traced.headers.replace("X-Amzn-Trace-Id", "Root=\(root);Parent=\(id);Sampled=1")
        }
        let start = WallClock.epochSeconds()
        let outcome = Result { () throws(HTTPError) in try upstream.send(traced) }
        var subsegment = Subsegment(
            name: request.name.service, id: id, startSeconds: start,
            endSeconds: WallClock.epochSeconds())
        subsegment.namespace = namespace
        subsegment.operation = request.name.operation
        switch outcome {
        case .success(let response):
            subsegment.status = response.status
            subsegment.isFault = response.status >= 500
        case .failure:
            subsegment.isFault = true
        }
        tracer.send(subsegment, in: trace)
        return try outcome.get()
    }
}
