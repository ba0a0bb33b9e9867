internal import AWS
internal import JSON

/// The end of a mail's test: what it made is deleted. What cannot be deleted is a failure, and is
/// named.
extension TestRun {
    func takeBack(_ rule: TestRule, _ result: inout ScenarioResult) {
        do {
            try rule.takeBack()
        } catch is TestRule.ChangedMeanwhile {
            result.leftOver = rule.changed(in: deployment)
        } catch {
            result.leftOver = rule.leftOver(
                because: Failure(any: error, in: deployment).sentence, in: deployment)
        }
        result.note("routing_rule_removed", .bool(result.leftOver == nil))
    }

    func deleteMail(_ messageID: String) throws {
        let key = StoredMail.key(of: messageID)
        do {
            try S3(deployment.session).deleteObject(
                bucket: try deployment.bucketName(), key: key)
        } catch {
            throw Failure(error, in: deployment, "The stored mail \(key) was not deleted")
        }
    }
}
