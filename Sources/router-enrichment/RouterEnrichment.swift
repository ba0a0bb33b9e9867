internal import AWS
internal import HTTP
internal import Lambda
internal import Mail
internal import Process

/// The pipe's enrichment, which decides who gets a mail, and how. Environment → clients → run.
@main
struct RouterEnrichment {
    static func main() {
        LambdaProcess.run(function: "router-enrichment", makeHandler: makeHandler)
    }

    static func makeHandler(_ process: LambdaProcess) throws -> Handler {
        let environment = process.environment
        let session = try AWSSession(
            environment, http: process.tracedHTTP(.aws), pacing: process.pacing)
        let database = DynamoDB(
            session, table: try environment.required("DYNAMODB_TABLE_NAME"))
        let table = RuleTable(database)
        let isTest = try environment.required("ENVIRONMENT") == "test"
        let testTokens = SSM(session)
        let handler = RouterHandler(
            findRows: table.findRows,
            readTestToken: isTest
                ? { try testTokens.getParameter(name: testTokenName)?.value } : nil,
            lookupFailedAction: try environment.choice(
                "LOOKUP_FAILED_ACTION", default: .bounce),
            junkDelivery: try environment.choice("JUNK_DELIVERY", default: .store),
            canary: try Canary(environment),
            metrics: process.metrics, tracer: process.tracer
        )
        try process.openConnections(to: [database.endpoint])
        return handler.handle
    }

    /// The parameter that holds the integration test's secret, in the test environment only.
    private static let testTokenName = "/ses-mail/test/integration-test-token"
}
