internal import Delivery
internal import Gmail
internal import Lambda
internal import Mail

extension ForwarderHandler {
    /// Imports a notice into the mailbox in place of a mail that Gmail refuses for good, and
    /// records the refusal. In the dead-letter queue the mail would keep an alarm for two weeks, to
    /// no use.
    ///
    /// No notice is sent for the canary, which nobody misses, or for junk, which is stored.
    func refuse(
        _ item: ForwardRequest.Import, _ refusal: any Error, byteCount: Int64,
        _ claims: Claims<ForwardRequest.Import>, of request: ForwardRequest,
        _ invocation: Invocation
    ) -> Ending {
        if !item.target.isCanary && !item.target.isJunk {
            do {
                let notice = notice(of: request, for: item, refusal, byteCount: byteCount)
                _ = try importMail(notice, item.mailbox)
            } catch {
                report(item, of: request, .noticeFailed(refusal, error), invocation)
                return .failed
            }
        }
        report(item, of: request, .refused(refusal), invocation)
        do {
            try claims.refuse(item, reason: "\(refusal)")
            return .refused
        } catch {
            report(item, of: request, .refusalUnrecorded(error), invocation)
            return .failed
        }
    }

    private func notice(
        of request: ForwardRequest, for item: ForwardRequest.Import, _ refusal: any Error,
        byteCount: Int64
    ) -> GmailAPI.Mail {
        let notice = RefusalNotice(
            of: request.notification, id: request.decision.originalMessageId,
            to: item.target.target, byteCount: byteCount,
            refusal: (refusal as? GmailError)?.sentence ?? "\(refusal)",
            sentAtEpochSeconds: Int(epochSeconds()))
        var mail = GmailAPI.Mail(notice.bytes)
        mail.neverMarkSpam = true
        return mail
    }
}
